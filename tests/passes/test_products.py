"""Shared products."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from morefit_py.graph.build import column, exp, param, total
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.passes.counts import count
from morefit_py.passes.differentiate import derivatives
from morefit_py.passes.factor import factor
from morefit_py.passes.products import share_products
from morefit_py.passes.verify import verify
from tests.passes.cases import CASES, Case, random_cases

A, B = param(Parameter("a", 0.5)), param(Parameter("b", 0.5))
X = column(Observable("x", 0, 1))
AXIS = Axis("data")


def factored(case: Case) -> list:  # type: ignore[type-arg]
    wrt = [param(parameter) for parameter in case.parameters]
    found = derivatives(case.objective, wrt, 2)
    return factor([case.objective, *found.gradient, *found.hessian.values()], [case.objective])


def check(case: Case, rtol: float) -> None:
    roots = factored(case)
    shared = share_products(roots)
    verify(shared, "products")
    expected = case.evaluate(roots)
    scale = np.max(np.abs(expected), initial=1.0)
    np.testing.assert_allclose(case.evaluate(shared), expected, rtol=rtol, atol=1e-10 * scale)
    assert count(shared).cost <= count(roots).cost


@pytest.mark.parametrize("name", CASES)
def test_values_stay_and_costs_do_not_rise(name: str) -> None:
    check(CASES[name](), 1e-9)


@settings(max_examples=60, deadline=None)
@given(random_cases())
def test_random_sums_keep_their_values(case: Case) -> None:
    roots = factored(case)
    expected = case.evaluate(roots)
    scale = np.max(np.abs(expected), initial=1.0)
    np.testing.assert_allclose(case.evaluate(share_products(roots)), expected, rtol=1e-7, atol=1e-9 * scale)


def test_a_common_pair_is_multiplied_once() -> None:
    e, f, g = exp(A * X), exp(B * X), exp(A * B * X)
    roots = [total(AXIS, e * f), total(AXIS, e * f * g), total(AXIS, e * f * g**2)]
    multiplications = count(share_products(roots)).operations["mul"]
    inside = count([total(AXIS, e), total(AXIS, f), total(AXIS, g)]).operations["mul"]
    assert multiplications - inside == 3


def test_powers_are_squared() -> None:
    roots = share_products([total(AXIS, exp(A * X) ** 8)])
    assert count(roots).operations["mul"] == 3 + 1


def test_columns_kept_whole_stay() -> None:
    held = X**3 * 2.0 + 1.0
    roots = [total(AXIS, held * exp(A * X))]
    assert any(node is held for node in _nodes(share_products(roots, frozenset({held}))))


def _nodes(roots: list) -> list:  # type: ignore[type-arg]
    from morefit_py.graph.node import walk

    return list(walk(roots))
