"""What may stand in an expression, and the constants every constructor knows."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from morefit_py.errors import GraphError
from morefit_py.graph.arithmetic import Arithmetic
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import BOOLEAN, Op
from morefit_py.graph.symbols import Observable, Parameter

Operand = Arithmetic | float | int

_CONST = Op.CONST


def is_operand(value: Any) -> bool:
    """Whether a Python value can stand in an expression."""
    if isinstance(value, Arithmetic | float):
        return True
    return isinstance(value, int | np.integer | np.floating) and not isinstance(value, bool)


def as_node(value: Operand) -> Node:
    """The node of an expression, a parameter, an observable or a number.

    Raises GraphError for anything else, for NaN, and for a whole number that no double can hold.
    """
    kind = value.__class__
    if kind is Node:
        return value  # type: ignore[return-value]
    if kind is float:
        return const(value)  # type: ignore[arg-type]
    if isinstance(value, Arithmetic):
        return value.node
    if not is_operand(value):
        raise GraphError(f"{value!r} cannot stand in an expression; use a number, Parameter or Observable")
    try:
        return const(float(value))
    except OverflowError:
        raise GraphError("a whole number is too large for a double") from None


def number(value: Operand) -> Node:
    """The node of an operand in arithmetic: a condition counts as 1 where it holds, else as 0."""
    node: Node = value if value.__class__ is Node else as_node(value)
    return _indicator(node) if node.op in BOOLEAN else node


def _indicator(condition: Node) -> Node:
    from morefit_py.graph.conditions import select

    return select(condition, ONE, ZERO)


def const(value: float) -> Node:
    """A number; raises GraphError for NaN."""
    if value != value:
        raise GraphError("a constant of an expression is NaN")
    # Adding zero makes minus zero zero, which compares equal and must not be another node.
    return intern(_CONST, (), float(value) + 0.0)


def param(parameter: Parameter) -> Node:
    """The node of a parameter."""
    return intern(Op.PARAM, (), parameter)


def column(observable: Observable) -> Node:
    """The node of an observable."""
    return intern(Op.COLUMN, (), observable)


ZERO, ONE, MINUS_ONE, TWO, HALF = const(0.0), const(1.0), const(-1.0), const(2.0), const(0.5)


def fold(value: Callable[[], Any], otherwise: Callable[[], Node]) -> Node:
    """A constant where Python finds a finite real number; else the unevaluated node."""
    try:
        result = value()
    except (ValueError, OverflowError, ZeroDivisionError):
        return otherwise()
    if isinstance(result, complex) or not math.isfinite(result):
        return otherwise()
    return const(float(result))


def ordered(op: Op, a: Node, b: Node) -> Node:
    """A commutative operation with its arguments in their one order: numbers first, then by key."""
    first, second = a.op is _CONST, b.op is _CONST
    swap = b.key < a.key if first is second else second
    return intern(op, (b, a) if swap else (a, b))
