"""Layouts: numbers and text that survive the cache."""

from __future__ import annotations

import pytest

from morefit_py.codegen.layout import Layout, layout
from morefit_py.graph.inner import axes_of
from morefit_py.kernel.plan import Loop, plan
from morefit_py.passes.pipeline import ORDERS, run
from tests.passes.cases import CASES


@pytest.mark.parametrize("name", CASES)
def test_a_layout_survives_json(name: str) -> None:
    case = CASES[name]()
    optimised = run(case.objective, case.parameters)
    plans = {order: plan(optimised, order) for order in ORDERS}
    made = layout(plans, 64)
    assert Layout.from_json(made.to_json()) == made


@pytest.mark.parametrize("name", CASES)
def test_columns_are_numbered_as_the_loops_read_them(name: str) -> None:
    case = CASES[name]()
    optimised = run(case.objective, case.parameters)
    made = layout({order: plan(optimised, order) for order in ORDERS}, 64)
    for order in ORDERS:
        for loop, phase in zip(
            plan(optimised, order).passes,
            [phase for phase in made.orders[order].phases if phase.axis],
            strict=True,
        ):
            first = loop.first_sum if isinstance(loop, Loop) else loop.first_value
            assert phase.first_sum == first
            expressions = made.column_expressions(loop.axis.name, axes_of([case.objective]))
            assert [expressions[number] for number in phase.columns] == list(loop.columns)
            assert phase.first_sum + phase.sums <= made.orders[order].state_size
