"""The reverse sweep: adjoints, weights and squares."""

from __future__ import annotations

import pytest

from morefit_py.graph.build import ONE, Node, exp, log, param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.passes.local import Active, Local
from morefit_py.passes.sweep import sweep

A, B = Parameter("a", 0.4), Parameter("b", 1.7)
POINT = {"a": 0.4, "b": 1.7}


def no_sums(node: Node, args: list[Node]) -> Local:
    raise AssertionError("there are no sums here")


def value(node: Node) -> float:
    return float(evaluate([node], POINT)[0])


def test_seeds_of_several_results_add_up() -> None:
    a, b = param(A), param(B)
    swept = sweep({a * b: ONE * 2.0, exp(a): ONE * 3.0}, Active([a, b], 1, True, no_sums))
    assert value(swept.adjoints[a]) == pytest.approx(2.0 * 1.7 + 3.0 * 2.718281828459045**0.4)
    assert value(swept.adjoints[b]) == pytest.approx(2.0 * 0.4)


def test_weights_are_symmetric_and_second_derivatives() -> None:
    a, b = param(A), param(B)
    swept = sweep({log(a + b**2) * a: ONE}, Active([a, b], 2, True, no_sums))
    f = 0.4 + 1.7**2
    assert value(swept.weights[a][a]) == pytest.approx(2 / f - 0.4 / f**2)
    assert value(swept.weights[a][b]) == pytest.approx(2 * 1.7 / f - 0.4 * 2 * 1.7 / f**2)
    assert swept.weights[a][b] is swept.weights[b][a]


def test_a_square_kept_aside_is_what_the_weights_lack() -> None:
    a, b = param(A), param(B)
    inner = a + b**2
    root = log(inner)
    kept = sweep({root: ONE}, Active([a, b], 2, True, no_sums), lambda node, row: node is inner)
    ((weight, node, other),) = kept.products
    assert node is other is inner
    assert value(weight) == pytest.approx(-1 / (0.4 + 1.7**2) ** 2)
    assert b in kept.weights
    assert a not in kept.weights[b]
