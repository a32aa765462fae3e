"""Simplification beyond one node."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from morefit_py.graph.build import exp, log, param, sin
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Parameter
from morefit_py.passes.simplify import simplify
from tests.strategies import Example, expressions

A, B, C = (param(Parameter(name, 0.5)) for name in "abc")


def test_like_terms_far_apart_are_gathered() -> None:
    (found,) = simplify([exp(A) + sin(B) + 2.0 * sin(C) - exp(A)])
    assert not any(node.op is Op.EXP for node in walk([found]))


def test_exponentials_used_once_are_multiplied_together() -> None:
    (found,) = simplify([exp(A) * exp(B) * C])
    assert sum(node.op is Op.EXP for node in walk([found])) == 1


def test_an_exponential_used_elsewhere_stays() -> None:
    found = simplify([exp(A) * exp(B), exp(A)])
    assert sum(node.op is Op.EXP for node in walk(found)) == 2


def test_the_logarithm_of_an_exponential_is_its_argument() -> None:
    assert simplify([log(C * exp(A))]) == [A + log(C)]


@settings(max_examples=150, deadline=None)
@given(expressions(max_leaves=14))
def test_values_stay(example: Example) -> None:
    root = example.node
    found, expected = evaluate([*simplify([root]), root], example.parameters, {"": example.columns})
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
