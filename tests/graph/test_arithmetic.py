"""Python's operators on parameters, observables and expressions."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from morefit_py.graph import build
from morefit_py.graph.arithmetic import Arithmetic
from morefit_py.graph.symbols import Observable, Parameter

x, a = Observable("x", 0.0, 1.0), Parameter("a", 1.0)
u = build.sin(a)

BINARY: list[tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]] = [
    (operator.add, build.add),
    (operator.sub, build.sub),
    (operator.mul, build.mul),
    (operator.truediv, build.div),
    (operator.pow, build.pow),
    (operator.lt, build.less),
    (operator.le, build.less_equal),
    (operator.gt, build.greater),
    (operator.ge, build.greater_equal),
]


@pytest.mark.parametrize(("symbol", "make"), BINARY, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    "pair", [(a, x), (u, 2), (2.5, u), (a, u), (np.float64(2.5), u), (u, np.float64(2.5)), (3, a)], ids=str
)
def test_operators_are_the_smart_constructors(symbol: Any, make: Any, pair: tuple[Any, Any]) -> None:
    assert symbol(*pair) is make(*pair)


def test_signs() -> None:
    assert -a is build.mul(-1.0, a)
    assert +a is a.node
    assert abs(x) is build.absolute(x)


def test_conditions_combine() -> None:
    first, second = x < a, x > 2.0 * a
    assert first & second is build.logical_and(first, second)
    assert first | second is build.logical_or(first, second)
    assert ~first is build.logical_not(first)


def test_a_condition_is_one_or_zero_in_arithmetic() -> None:
    assert (x < a) * x is build.select(x < a, x, 0.0)
    assert (x < a) + (x < a) is build.mul(2.0, build.select(x < a, 1.0, 0.0))


def test_expressions_have_no_truth_value() -> None:
    with pytest.raises(TypeError, match="select"):
        bool(x < a)
    with pytest.raises(TypeError, match="select"):
        assert 0.0 < x < a


def test_equality_stays_python_s() -> None:
    assert a == Parameter("a", 1.0)
    assert (u == a) is False
    assert len({a, Parameter("a", 1.0), x}) == 2


@pytest.mark.parametrize("other", ["text", None, True, [1.0], np.array([1.0, 2.0])], ids=str)
def test_what_is_no_operand_is_refused(other: Any) -> None:
    for symbol, _ in BINARY:
        with pytest.raises(TypeError):
            symbol(u, other)
        with pytest.raises(TypeError):
            symbol(other, a)


def test_an_expression_is_needed() -> None:
    with pytest.raises(TypeError, match="Arithmetic has no expression"):
        _ = Arithmetic().node
