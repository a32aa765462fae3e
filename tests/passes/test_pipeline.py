"""The whole pipeline: values kept, work saved, decisions recorded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from morefit_py.graph.build import ZERO, exp, param, sin
from morefit_py.graph.symbols import Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.passes.pipeline import ORDERS, run
from tests.passes.cases import CASES, Case, mass_model, random_cases


def check(case: Case, rtol: float) -> None:
    optimised = run(case.objective, case.parameters)
    wrt = [param(parameter) for parameter in case.parameters]
    plain = derivatives(case.objective, wrt, 2)
    size = len(wrt)
    pairs = [(i, j) for i in range(size) for j in range(i, size)]
    roots = [case.objective, *plain.gradient, *(plain.hessian.get(pair, ZERO) for pair in pairs)]
    expected = case.evaluate(roots)
    scale = np.max(np.abs(expected), initial=1.0)
    for order in ORDERS:
        found = case.evaluate(optimised.roots[order])
        np.testing.assert_allclose(found, expected[: len(found)], rtol=rtol, atol=1e-9 * scale)


@pytest.mark.parametrize("name", CASES)
def test_every_order_keeps_its_values(name: str) -> None:
    check(CASES[name](), 1e-8)


@settings(max_examples=40, deadline=None)
@given(random_cases())
def test_random_objectives_keep_their_values(case: Case) -> None:
    check(case, 1e-7)


def test_every_pass_records_its_counts_and_the_last_is_cheapest() -> None:
    optimised = run(mass_model().objective, mass_model().parameters)
    names = [step.name for step in optimised.steps]
    assert names == ["simplify", f"differentiate ({optimised.form})", "factor", "columns", "products"]
    for order in ORDERS:
        costs = [step.counts[order].cost for step in optimised.steps if order in step.counts]
        assert costs[-1] == min(costs[1:] or costs)


def test_the_cheapest_form_is_taken_and_all_are_recorded() -> None:
    optimised = run(mass_model().objective, mass_model().parameters)
    assert len(optimised.costs) == 4
    assert optimised.costs[optimised.form] == min(optimised.costs.values())


def test_value_and_gradient_of_the_mass_model_cost_what_an_expert_writes() -> None:
    """The hand-written kernel: 2 exp, 1 log, 1 division, 12 products, 3 sums, 6 accumulations."""
    counts = run(mass_model().objective, mass_model().parameters).steps[-1].counts[1]
    assert counts.operations["exp"] == 2
    assert counts.operations["log"] == 1
    assert counts.operations["div"] == 1
    assert counts.operations["mul"] <= 12
    assert counts.operations["add"] <= 3
    assert (counts.sums, counts.columns) == (6, 1)


def test_a_chain_of_a_hundred_thousand_nodes_compiles() -> None:
    parameter = Parameter("a", 0.5)
    node = param(parameter)
    for _ in range(100_000):
        node = sin(node)
    optimised = run(node, [parameter])
    assert len(optimised.roots[1]) == 2


def test_a_thousand_parameters_differentiate_sparsely() -> None:
    parameters = [Parameter(f"p{i}", 0.1) for i in range(1000)]
    node = ZERO
    for i, parameter in enumerate(parameters):
        node = node + exp(parameter * parameters[i - 1]) * 0.5
    found = derivatives(node, [param(parameter) for parameter in parameters], 2)
    assert len(found.gradient) == 1000
    assert len(found.hessian) == 2000
