"""What may stand in an expression."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from morefit_py.errors import GraphError
from morefit_py.graph.build import FALSE, ONE, TRUE, ZERO, less, select, sin
from morefit_py.graph.op import Op
from morefit_py.graph.operand import as_node, column, const, fold, is_operand, number, ordered, param
from morefit_py.graph.symbols import Observable, Parameter

x, a = Observable("x", 0.0, 1.0), Parameter("a", 1.0)


@pytest.mark.parametrize("value", [1, 1.0, np.float64(1.0), np.float32(1.0), np.int64(1), np.uint8(1)])
def test_numbers_of_every_kind_are_the_same_node(value: Any) -> None:
    assert is_operand(value)
    assert as_node(value) is ONE
    assert type(as_node(value).value) is float


@pytest.mark.parametrize("value", [True, None, "a", 1j, [1.0], np.array([1.0])], ids=str)
def test_other_values_are_refused(value: Any) -> None:
    assert not is_operand(value)
    with pytest.raises(GraphError, match="cannot stand"):
        as_node(value)


def test_symbols_are_operands() -> None:
    assert as_node(a) is param(a) is a.node
    assert as_node(x) is column(x) is x.node
    assert as_node(sin(a)) is sin(a)


def test_constants() -> None:
    assert const(-0.0) is ZERO
    assert math.copysign(1.0, const(-0.0).value) == 1.0
    assert const(math.inf).value == math.inf
    assert const(np.float64(1.0)) is ONE


def test_nan_and_numbers_beyond_doubles_are_refused() -> None:
    with pytest.raises(GraphError, match="NaN"):
        as_node(math.nan)
    with pytest.raises(GraphError, match="too large"):
        as_node(10**400)


def test_a_condition_counts_as_one_or_zero() -> None:
    assert number(less(a, x)) is select(less(a, x), 1.0, 0.0)
    assert number(TRUE) is ONE
    assert number(FALSE) is ZERO
    assert number(2) is const(2.0)


@pytest.mark.parametrize(
    "value",
    [lambda: math.log(-1.0), lambda: 2.0**5000.0, lambda: 1.0 / 0.0, lambda: (-8.0) ** 0.5, lambda: math.inf],
)
def test_only_finite_real_numbers_are_folded(value: Any) -> None:
    assert fold(value, lambda: a.node) is a.node
    assert fold(lambda: 2.0 - 1.0, lambda: a.node) is ONE


def test_commutative_arguments_have_one_order() -> None:
    big = const(3.0)
    assert ordered(Op.MUL, a.node, big).args == (big, a.node)
    assert ordered(Op.ADD, sin(a), a.node) is ordered(Op.ADD, a.node, sin(a))
    assert ordered(Op.ADD, ONE, big) is ordered(Op.ADD, big, ONE)
