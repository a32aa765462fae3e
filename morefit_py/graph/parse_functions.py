"""The functions and constants that text expressions may use."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

from morefit_py.graph import build
from morefit_py.graph.node import Node
from morefit_py.graph.op import Op

CONSTANTS: dict[str, float] = {"pi": math.pi}
_ANY = 1000


@dataclass(frozen=True)
class Function:
    """A function of text expressions: the least and most arguments it takes, and what makes its node."""

    arity: tuple[int, int]
    make: Callable[..., Node]


def number(value: Node) -> Node:
    """A condition as 1 or 0; a number as it is."""
    return build.select(value, 1.0, 0.0) if value.is_boolean else value


def _of_numbers(make: Callable[..., Node]) -> Callable[..., Node]:
    return lambda *args: make(*(number(arg) for arg in args))


def _select(condition: Node, yes: Node, no: Node) -> Node:
    return build.select(condition, number(yes), number(no))


def _unary(op: Op) -> Function:
    return Function((1, 1), lambda x: build.function(op, number(x)))


_PLAIN = (
    Op.SIN, Op.COS, Op.TAN, Op.ASIN, Op.ACOS, Op.ATAN, Op.SINH, Op.COSH, Op.TANH, Op.ERF, Op.ERFC,
    Op.LGAMMA, Op.LOG1P, Op.EXPM1, Op.SQRT, Op.FLOOR,
)  # fmt: skip

FUNCTIONS: dict[str, Function] = {
    **{op.text: _unary(op) for op in _PLAIN},
    "exp": Function((1, 1), _of_numbers(build.exp)),
    "log": Function((1, 1), _of_numbers(build.log)),
    "abs": Function((1, 1), _of_numbers(build.absolute)),
    "pow": Function((2, 2), _of_numbers(build.pow)),
    "atan2": Function((2, 2), _of_numbers(build.atan2)),
    "min": Function((2, _ANY), _of_numbers(lambda *args: reduce(build.minimum, args))),
    "max": Function((2, _ANY), _of_numbers(lambda *args: reduce(build.maximum, args))),
    "clamp": Function((3, 3), _of_numbers(build.clamp)),
    "where": Function((3, 3), _select),
    "select": Function((3, 3), _select),
}
