"""The order of evaluation."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from morefit_py.graph.build import Node, exp, inner, log, param, sin
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.kernel.schedule import most_live, schedule, schedule_passes
from tests.strategies import WITH_ROWS, Example, expressions

A, B = param(Parameter("a", 0.5)), param(Parameter("b", 0.5))


@settings(max_examples=100, deadline=None)
@given(expressions())
def test_every_value_comes_after_its_arguments_and_once(example: Example) -> None:
    order = schedule([example.node], [])
    place = {node: i for i, node in enumerate(order)}
    assert len(place) == len(order)
    assert set(place) == set(walk([example.node]))
    assert all(place[arg] < place[node] for node in order for arg in node.args)


def test_what_is_ready_is_not_computed_again() -> None:
    assert schedule([exp(sin(A))], [sin(A)]) == [exp(sin(A))]


def balanced(depth: int, leaves: list[Node]) -> Node:
    if not depth:
        leaves.append(exp(param(Parameter(f"p{len(leaves)}", 0.5))))
        return leaves[-1]
    return sin(balanced(depth - 1, leaves) + balanced(depth - 1, leaves))


def test_a_tree_needs_as_many_values_as_it_is_deep() -> None:
    leaves: list[Node] = []
    root = balanced(6, leaves)
    order = [node for node in schedule([root], []) if node.args]
    # Sethi-Ullman: depth + 1 values, one more while an operation's result is new and its argument kept.
    assert most_live(order, {root}) <= 8
    assert len(leaves) == 64


def test_results_that_share_work_are_computed_together() -> None:
    heavy_a, heavy_b = exp(sin(exp(A))), exp(sin(exp(B)))
    roots = [heavy_a + 1.0, heavy_b + 1.0, heavy_a * 2.0, heavy_b * 2.0]
    order = [node for node in schedule(roots, []) if node.args]
    assert abs(order.index(roots[0]) - order.index(roots[2])) == 1


def test_a_chain_of_a_hundred_thousand_values_is_scheduled() -> None:
    node = A
    for _ in range(100_000):
        node = sin(node)
    assert len(schedule([node], [])) == 100_001


@settings(max_examples=100, deadline=None)
@given(expressions(operations=WITH_ROWS))
def test_sums_over_rows_come_after_what_enters_them(example: Example) -> None:
    order = schedule_passes([example.raw], [])
    place = {node: i for i, node in enumerate(order)}
    assert len(place) == len(order)
    assert set(place) == set(walk([example.raw]))
    assert all(place[arg] < place[node] for node in order for arg in node.args)


def test_sums_over_the_rows_of_one_axis_follow_each_other() -> None:
    x, m, k = Observable("x", 0.0, 1.0), Observable("m.c", 0.0, 1.0), Observable("k.c", 0.0, 1.0)
    first, second = (Axis(name, {f"{name}.c": np.array([0.25, 0.5])}) for name in "mk")
    sums = [inner(first, exp(x * m)), inner(second, sin(x * k)), inner(first, sin(m * log(x)))]
    after = inner(first, exp(sums[0] * m))
    order = schedule_passes([sums[0] * after, sums[1] * sums[2]], [])
    found = [node for node in order if node.op is Op.INNER]
    assert found in ([sums[0], sums[2], sums[1], after], [sums[2], sums[0], sums[1], after],
                     [sums[1], sums[0], sums[2], after], [sums[1], sums[2], sums[0], after])  # fmt: skip
    assert schedule_passes([after], sums) == [after]
