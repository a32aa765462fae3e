"""Linear factoring of sums."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from morefit_py.graph.build import coefficient, column, exp, param, total
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.passes.counts import sums_of
from morefit_py.passes.differentiate import derivatives
from morefit_py.passes.factor import factor
from morefit_py.passes.verify import verify
from tests.passes.cases import CASES, Case, random_cases

A, B = Parameter("a", 0.5), Parameter("b", 0.5)
X = column(Observable("x", 0, 1))


def roots_of(case: Case) -> list:  # type: ignore[type-arg]
    wrt = [param(parameter) for parameter in case.parameters]
    found = derivatives(case.objective, wrt, 2)
    return [case.objective, *found.gradient, *found.hessian.values()]


def check(case: Case) -> None:
    roots = roots_of(case)
    factored = factor(roots, [case.objective])
    verify(factored, "factor")
    expected = case.evaluate(roots)
    scale = np.max(np.abs(expected), initial=1.0)
    np.testing.assert_allclose(case.evaluate(factored), expected, rtol=1e-8, atol=1e-11 * scale)
    for node in sums_of(factored):
        assert coefficient(node.args[0])[0].op is Op.CONST


@pytest.mark.parametrize("name", CASES)
def test_values_stay_and_factors_leave(name: str) -> None:
    check(CASES[name]())


@settings(max_examples=60, deadline=None)
@given(random_cases())
def test_random_sums_keep_their_values(case: Case) -> None:
    roots = roots_of(case)
    expected = case.evaluate(roots)
    found = case.evaluate(factor(roots, [case.objective]))
    scale = np.max(np.abs(expected), initial=1.0)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-9 * scale)


def test_equal_monomials_of_several_results_are_summed_once() -> None:
    axis, shape = Axis("data"), exp(A * X)
    roots = [total(axis, B * shape), total(axis, A * shape + 3.0 * shape)]
    assert len(sums_of(factor(roots, []))) == 1
