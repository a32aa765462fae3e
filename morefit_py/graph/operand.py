"""What may stand in an expression, and the constants every constructor knows."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from morefit_py.errors import GraphError
from morefit_py.graph.arithmetic import Arithmetic
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable, Parameter

Operand = Arithmetic | float | int


def is_operand(value: Any) -> bool:
    """Whether a Python value can stand in an expression."""
    if isinstance(value, Parameter | Observable | Node):
        return True
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def as_node(value: Operand) -> Node:
    """The node of an expression, a parameter, an observable or a number.

    Raises GraphError for anything else, and for NaN.
    """
    if isinstance(value, Node):
        return value
    if isinstance(value, Arithmetic):
        return value.node
    if is_operand(value):
        return const(float(value))
    raise GraphError(f"{value!r} cannot stand in an expression; use a number, Parameter or Observable")


def const(value: float) -> Node:
    """A number; raises GraphError for NaN."""
    if value != value:
        raise GraphError("a constant of an expression is NaN")
    return intern(Op.CONST, (), value + 0.0)


def param(parameter: Parameter) -> Node:
    return intern(Op.PARAM, (), parameter)


def column(observable: Observable) -> Node:
    return intern(Op.COLUMN, (), observable)


ZERO, ONE, MINUS_ONE, TWO, HALF = const(0.0), const(1.0), const(-1.0), const(2.0), const(0.5)


def fold(value: Callable[[], Any], otherwise: Callable[[], Node]) -> Node:
    """A constant where Python finds a finite real number; else the unevaluated node."""
    try:
        number = value()
    except (ValueError, OverflowError, ZeroDivisionError):
        return otherwise()
    if isinstance(number, complex) or not math.isfinite(number):
        return otherwise()
    return const(float(number))
