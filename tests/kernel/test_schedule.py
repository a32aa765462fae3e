"""The order of evaluation."""

from __future__ import annotations

from hypothesis import given, settings

from morefit_py.graph.build import Node, exp, param, sin
from morefit_py.graph.node import walk
from morefit_py.graph.symbols import Parameter
from morefit_py.kernel.schedule import most_live, schedule
from tests.strategies import Example, expressions

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
