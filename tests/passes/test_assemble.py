"""The Hessian through the interface against plain edge pushing, with scores and without."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from morefit_py.graph.build import param
from morefit_py.graph.node import walk
from morefit_py.passes.assemble import assembled
from morefit_py.passes.differentiate import derivatives
from tests.passes.cases import CASES, Case, random_cases, wide_model


def check(case: Case) -> None:
    wrt = [param(parameter) for parameter in case.parameters]
    plain, built = derivatives(case.objective, wrt, 2), assembled(case.objective, wrt)
    gradient = case.evaluate(plain.gradient)
    np.testing.assert_allclose(case.evaluate(built.gradient), gradient, rtol=1e-9, atol=1e-10)
    pairs = sorted(set(plain.hessian) | set(built.hessian))
    zero = param(case.parameters[0]) * 0.0
    expected = case.evaluate([plain.hessian.get(pair, zero) for pair in pairs])
    found = case.evaluate([built.hessian.get(pair, zero) for pair in pairs])
    scale = np.max(np.abs(expected), initial=1.0)
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-11 * scale)


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_plain_edge_pushing(name: str) -> None:
    check(CASES[name]())


@settings(max_examples=60, deadline=None)
@given(random_cases())
def test_agrees_on_random_sums(case: Case) -> None:
    check(case)


def test_scores_replace_the_outer_product_where_the_interface_is_wide() -> None:
    case = wide_model()
    wrt = [param(parameter) for parameter in case.parameters]
    assert assembled(case.objective, wrt).whole
    scalars = list(walk(assembled(case.objective, wrt).hessian.values()))
    plain = list(walk(derivatives(case.objective, wrt, 2).hessian.values()))
    assert len(scalars) < len(plain)
