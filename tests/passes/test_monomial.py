"""Monomials and the expansion of event expressions into them."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from morefit_py.graph.build import ONE, ZERO, Node, column, exp, param, select
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.monomial import UNIT, Expansion, product, times
from tests.strategies import Example, expressions

A = param(Parameter("a", 0.5))
X, Y = column(Observable("x", 0, 1)), column(Observable("y", 0, 1))
E = exp(A * X)


def summed(terms: dict[frozenset[tuple[Node, int]], Node]) -> Node:
    result = ZERO
    for monomial, coefficient in terms.items():
        result = result + coefficient * product(monomial)
    return result


@settings(max_examples=150, deadline=None)
@given(expressions(max_leaves=14))
def test_the_terms_add_up_to_the_expression(example: Example) -> None:
    expanded = summed(Expansion(frozenset()).terms(example.node))
    found, expected = evaluate([expanded, example.node], example.parameters, {"": example.columns})
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_coefficients_gather_on_equal_monomials() -> None:
    terms = Expansion(frozenset()).terms(A * E * Y + 2.0 * (Y * E) + A)
    assert set(terms) == {frozenset({(E, 1), (Y, 1)}), UNIT}
    assert terms[frozenset({(E, 1), (Y, 1)})] is A + 2.0


def test_sums_of_the_model_stay_whole() -> None:
    shifted = X - A
    terms = Expansion(frozenset({shifted})).terms(shifted * shifted)
    assert set(terms) == {frozenset({(shifted, 2)})}


def test_masks_are_idempotent_and_opposites_vanish() -> None:
    yes, no = select(X < A, ONE, ZERO), select(X < A, ZERO, ONE)
    mask = frozenset({(yes, 1)})
    assert times(mask, mask) == mask
    assert times(mask, frozenset({(no, 1)})) is None


def test_a_masked_product_stays_masked_where_the_other_side_is_infinite() -> None:
    masked = select(X < A, E, ZERO) * (1.0 / X)
    (value,) = evaluate(
        [summed(Expansion(frozenset()).terms(masked))], {"a": -1.0}, {"": {"x": np.array([0.0])}}
    )
    np.testing.assert_array_equal(value, [0.0])


def test_too_many_terms_stay_one() -> None:
    many = ZERO
    for i in range(12):
        many = many + exp(A * X * float(i + 1))
    terms = Expansion(frozenset(), limit=20).terms(many * many * Y)
    assert len(terms) == 1
