"""Kernel plans: cut by stage, laid out, complete."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import BarycentricInterpolator

from morefit_py.graph.build import column, log, param, total
from morefit_py.graph.curve import STENCIL, Curve
from morefit_py.graph.meaning import MEANING, evaluate
from morefit_py.graph.node import Node
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.kernel.plan import LONGEST_SCALARS, KernelPlan, Loop, Scalars, Tabulation, plan
from morefit_py.passes.pipeline import ORDERS, run
from tests.passes.cases import CASES, Case


def value(node: Node, known: dict[Node, object]) -> object:
    if node.op is Op.CONST:
        return node.value
    return known[node]


def apply(node: Node, known: dict[Node, object]) -> object:
    return MEANING[node.op](*(value(arg, known) for arg in node.args), *node.extra)


def interpolated(curve: Curve, places: np.ndarray, first: int, state: dict[int, object]) -> np.ndarray:
    """A curve by its table in the state, with SciPy's polynomials."""
    grid, found = curve.grid, []
    for place in places:
        at = int((place - grid.low) * grid.per_unit) - STENCIL // 2 + 1
        table = [state[first + at + k] for k in range(STENCIL)]
        local = BarycentricInterpolator(grid.places[at : at + STENCIL], table)
        found.append(float(local.derivative(place, curve.order) if curve.order else local(place)))
    return np.array(found)


def interpret(made: KernelPlan, case: Case) -> np.ndarray:
    """Run a plan by its own rules: only what was stored can be read."""
    state: dict[int, object] = {}
    for i, parameter in enumerate(made.parameters):
        state[made.first_parameter + i] = case.values[parameter.name]
    for slot, moment in made.moments:
        state[slot] = evaluate([moment], {}, case.columns)[0]
    with np.errstate(all="ignore"):
        for phase in made.phases:
            known: dict[Node, object] = {node: state[slot] for slot, node in phase.reads}
            if not isinstance(phase, Scalars):
                rows = phase.axis.rows or case.columns[phase.axis.name]
                size = len(next(iter(rows.values())))
                for node in phase.columns:
                    known[node] = evaluate([node], {}, {"": rows})[0]
            for node in phase.body:
                if node.op is Op.CURVE:
                    known[node] = interpolated(
                        node.curve, known[node.args[0]], dict(phase.tables)[node], state
                    )
                    continue
                known[node] = apply(node, known)
            if isinstance(phase, Loop):
                for k, term in enumerate(phase.terms):
                    state[phase.first_sum + k] = np.sum(np.broadcast_to(value(term, known), size))
            elif isinstance(phase, Tabulation):
                for k, term in enumerate(phase.terms):
                    for i, number in enumerate(np.broadcast_to(value(term, known), size)):
                        state[phase.first_value + k * phase.points + i] = number
            else:
                for slot, node in phase.stores:
                    state[slot] = value(node, known)
    assert max(state) < made.state_size
    return np.array([state[slot] for slot in range(made.results)], dtype=float)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", CASES)
def test_a_plan_computes_its_roots_from_what_it_stores(name: str, order: int) -> None:
    case = CASES[name]()
    optimised = run(case.objective, case.parameters)
    expected = case.evaluate(optimised.roots[order])
    np.testing.assert_allclose(interpret(plan(optimised, order), case), expected, rtol=1e-9, atol=1e-9)


def test_loops_compute_nothing_that_does_not_depend_on_the_event() -> None:
    case = CASES["mass"]()
    for loop in plan(run(case.objective, case.parameters), 2).loops:
        assert all(node.stage & Stage.DATASET for node in loop.body)


def test_a_sum_within_a_sum_is_an_earlier_loop() -> None:
    case = CASES["nested"]()
    made = plan(run(case.objective, case.parameters), 1)
    assert [loop.axis.name for loop in made.loops] == ["nodes", "data"]
    assert [type(phase).__name__ for phase in made.phases][-1] == "Scalars"


def test_sums_of_the_data_alone_are_moments() -> None:
    x, slope = Observable("x", 0.0, 1.0), Parameter("slope", 1.0)
    objective = total(Axis("data"), slope * column(x) + log(column(x)))
    made = plan(run(objective, [slope]), 2)
    assert len(made.moments) == 2
    assert not made.loops


def test_long_scalar_phases_are_cut() -> None:
    case = CASES["wide"]()
    made = plan(run(case.objective, case.parameters), 2)
    lengths = [len(phase.body) for phase in made.phases if not isinstance(phase, Loop)]
    assert sum(lengths) > LONGEST_SCALARS
    assert max(lengths) <= LONGEST_SCALARS


def test_a_constant_result_needs_no_computation() -> None:
    parameter = Parameter("a", 1.0)
    made = plan(run(param(parameter) * 2.0, [parameter]), 2)
    assert made.results == 3
    assert not made.loops
