"""The functions and constants that text expressions may use."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Protocol

from morefit_py.errors import ExpressionError, nearest
from morefit_py.graph import build
from morefit_py.graph.node import Node
from morefit_py.graph.op import Op

CONSTANTS: dict[str, float] = {"pi": math.pi, "true": 1.0, "false": 0.0}
ANY = 1000


@dataclass(frozen=True)
class Function:
    """A function of text expressions: the least and most arguments it takes, and what makes its node."""

    arity: tuple[int, int]
    make: Callable[..., Node]


class _Callable(Protocol):
    @property
    def arity(self) -> tuple[int, int]: ...


# What ROOT and C call functions that have another name here.
ALIASES = {
    **{f"TMath::{name}": name.lower() for name in (
        "Abs", "ACos", "ACosH", "ASin", "ASinH", "ATan", "ATan2", "ATanH", "Ceil", "Cos", "CosH", "Erf",
        "Erfc", "Even", "Exp", "Floor", "Gamma", "Hypot", "IsNaN", "Log", "Log10", "Log2", "Max", "Min",
        "Odd", "Sin", "SinH", "Sq", "Sqrt", "Tan", "TanH",
    )},
    "TMath::CeilNint": "ceil", "TMath::Finite": "isfinite", "TMath::FloorNint": "floor",
    "TMath::LnGamma": "lgamma", "TMath::Nint": "rint", "TMath::Power": "pow", "TMath::Range": "range",
    "TMath::Sign": "copysign", "TVector2::Phi_0_2pi": "phi_0_2pi", "TVector2::Phi_mpi_pi": "phi_mpi_pi",
    "fabs": "abs", "fmax": "max", "fmin": "min", "int": "trunc", "nint": "rint",
}  # fmt: skip
ROOT_CONSTANTS: dict[str, float] = {
    "TMath::C": 2.99792458e8,
    "TMath::DegToRad": math.pi / 180.0,
    "TMath::E": math.e,
    "TMath::InvPi": 1.0 / math.pi,
    "TMath::Ln10": math.log(10.0),
    "TMath::LogE": math.log10(math.e),
    "TMath::Pi": math.pi,
    "TMath::PiOver2": math.pi / 2.0,
    "TMath::PiOver4": math.pi / 4.0,
    "TMath::RadToDeg": 180.0 / math.pi,
    "TMath::Sqrt2": math.sqrt(2.0),
    "TMath::TwoPi": 2.0 * math.pi,
}


def plain_name(name: str) -> str:
    """The name of a function here: without `std::`, and in place of what ROOT and C call it."""
    plain = name.removeprefix("std::")
    return ALIASES.get(plain, plain)


def check_call(name: str, known: Mapping[str, _Callable], count: int) -> None:
    """Raises ExpressionError unless a function of this name takes so many arguments."""
    function = known.get(plain_name(name))
    if function is None and name in ROOT_CONSTANTS:
        raise ExpressionError(f"{name} takes no argument; write {name}()")
    if function is None:
        names = [*known, *(alias for alias, plain in ALIASES.items() if plain in known and "::" in name)]
        raise ExpressionError(f"unknown function {name!r}{nearest(name, names)}")
    least, most = function.arity
    if not least <= count <= most:
        wanted = f"{least} or more" if most == ANY else f"{least} to {most}" if most > least else str(least)
        raise ExpressionError(f"{name} takes {wanted} argument{'s' * (wanted != '1')}, not {count}")


def number(value: Node) -> Node:
    """A condition as 1 or 0; a number as it is."""
    return build.select(value, 1.0, 0.0) if value.is_boolean else value


def _of_numbers(make: Callable[..., Node]) -> Callable[..., Node]:
    return lambda *args: make(*(number(arg) for arg in args))


def _select(condition: Node, yes: Node, no: Node) -> Node:
    return build.select(condition, number(yes), number(no))


def _faddeeva(make: Callable[..., Node]) -> Callable[..., Node]:
    def of(x: Node, y: Node, order: Node = build.ZERO) -> Node:
        if order.op is not Op.CONST or not order.value.is_integer():
            raise ExpressionError("the order of a derivative is the number 0, 1 or 2")
        return make(number(x), number(y), int(order.value))

    return of


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
    "log10": Function((1, 1), _of_numbers(lambda x: build.log(x) / math.log(10.0))),
    "log2": Function((1, 1), _of_numbers(lambda x: build.log(x) / math.log(2.0))),
    "asinh": Function((1, 1), _of_numbers(build.asinh)),
    "acosh": Function((1, 1), _of_numbers(build.acosh)),
    "atanh": Function((1, 1), _of_numbers(build.atanh)),
    "abs": Function((1, 1), _of_numbers(build.absolute)),
    "sign": Function((1, 1), _of_numbers(build.sign)),
    "ceil": Function((1, 1), _of_numbers(lambda x: -build.floor(-x))),
    "gamma": Function((1, 1), _of_numbers(build.gamma)),
    "sq": Function((1, 1), _of_numbers(lambda x: x * x)),
    "pow": Function((2, 2), _of_numbers(build.pow)),
    "hypot": Function((2, 2), _of_numbers(lambda x, y: build.sqrt(x * x + y * y))),
    "atan2": Function((2, 2), _of_numbers(build.atan2)),
    "faddeeva_real": Function((2, 3), _faddeeva(build.faddeeva_real)),
    "faddeeva_imag": Function((2, 3), _faddeeva(build.faddeeva_imag)),
    "min": Function((2, ANY), _of_numbers(lambda *args: reduce(build.minimum, args))),
    "max": Function((2, ANY), _of_numbers(lambda *args: reduce(build.maximum, args))),
    "clamp": Function((3, 3), _of_numbers(build.clamp)),
    "where": Function((3, 3), _select),
    "select": Function((3, 3), _select),
}
