"""Active nodes, interfaces and local derivatives."""

from __future__ import annotations

import math

import pytest

from morefit_py.graph.build import Node, exp, param, total
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import intern
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.passes.local import Active, Local, outer_values

A, B, X = Parameter("a", 0.4), Parameter("b", 1.7), Observable("x", 0.0, 1.0)


def of_sum(node: Node, args: list[Node]) -> Local:
    return Local(args, [], {})


def test_the_interface_is_what_is_computed_once_a_call() -> None:
    scale = exp(param(A)) * B
    assert set(outer_values([scale * X + B])) == {param(B), scale}
    assert outer_values([X * 2.0]) == []


def test_a_sum_is_a_function_of_its_interface_or_of_the_leaves() -> None:
    a = param(A)
    summed = total(Axis("data"), exp(exp(a) * X))
    assert Active([a], 1, True, of_sum).inputs(summed) == (exp(a),)
    assert Active([a], 1, False, of_sum).inputs(summed) == (a,)


def test_only_what_depends_on_the_leaves_is_active() -> None:
    a, b = param(A), param(B)
    nodes = Active([a], 1, True, of_sum).nodes([exp(a) + exp(b)])
    assert exp(a) in nodes
    assert exp(b) not in nodes


def test_an_argument_that_stands_twice_has_one_derivative() -> None:
    a = param(A)
    node = intern(Op.POW, (a, a))
    local = Active([a], 2, True, of_sum).local(node)
    first, second = (float(evaluate([held], {"a": 0.4})[0]) for held in (local.first[0], local.second[0, 0]))
    value = 0.4**0.4
    assert first == pytest.approx(value * (math.log(0.4) + 1))
    assert second == pytest.approx(value * ((math.log(0.4) + 1) ** 2 + 1 / 0.4))
