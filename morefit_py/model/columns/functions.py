"""The functions that expressions of columns may use, in NumPy.

Those that expressions of models have too mean the same; arithmetic is in double precision, and what is only
defined for whole numbers stays exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from morefit_py.errors import ExpressionError
from morefit_py.graph import special
from morefit_py.graph.build import column
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.parse_functions import FUNCTIONS, Function
from morefit_py.graph.symbols import Observable
from morefit_py.model.columns.values import Array, truth


@dataclass(frozen=True)
class ColumnFunction:
    """A function of columns: the least and most arguments it takes, and its meaning."""

    arity: tuple[int, int]
    apply: Callable[..., Any]


def doubles(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is given its arguments in double precision."""
    return lambda *args: function(*(arg.astype(np.float64, copy=False) for arg in args))


def whole(data: Array) -> Array:
    """Numbers as integers, for operations on their bits; raises ExpressionError unless they are whole."""
    if data.dtype.kind != "f":
        return data
    if np.any(data != np.rint(data)) or np.any(np.abs(data) > 2.0**53):
        raise ExpressionError("operations on bits need whole numbers")
    return data.astype(np.int64)


def bits(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that is given integers of one type."""

    def apply(a: Array, b: Array) -> Array:
        a, b = whole(a), whole(b)
        if np.uint64 in (a.dtype, b.dtype):
            a, b = a.astype(np.uint64), b.astype(np.uint64)
        return np.asarray(function(a, b))

    return apply


def remainder(a: Array, b: Array) -> Array:
    """The remainder of a division that is rounded towards zero, as in C; NaN for a division by zero."""
    if "f" in a.dtype.kind + b.dtype.kind or np.any(b == 0):
        return np.asarray(doubles(np.fmod)(a, b))
    kind = np.uint64 if np.uint64 in (a.dtype, b.dtype) else np.int64
    return np.asarray(np.fmod(a.astype(kind), b.astype(kind)))


def _rounded(x: Array) -> Array:
    """The nearest whole number, halves away from zero, as in C."""
    return np.asarray(np.trunc(x + np.copysign(np.nextafter(0.5, 0.0), x)))


def _phi_mpi_pi(x: Array) -> Array:
    """An angle brought into [-pi, pi)."""
    turned = x - 2.0 * math.pi * np.floor((x + math.pi) / (2.0 * math.pi))
    # Rounding may leave it outside.
    return np.asarray(np.where(np.abs(turned) >= math.pi, -math.pi, turned))


def _phi_0_2pi(x: Array) -> Array:
    """An angle brought into [0, 2 pi)."""
    turned = x - 2.0 * math.pi * np.floor(x / (2.0 * math.pi))
    return np.asarray(np.where((turned < 0.0) | (turned >= 2.0 * math.pi), 0.0, turned))


def _of_models(function: Function) -> ColumnFunction:
    """A function of models, by the meaning of what it makes."""

    def apply(*args: Array) -> Any:
        names = [f"x{i}" for i in range(len(args))]
        made = function.make(*(column(Observable(name, -math.inf, math.inf)) for name in names))
        (found,) = evaluate([made], {}, {"": dict(zip(names, args, strict=True))})
        return found

    return ColumnFunction(function.arity, doubles(apply))


# Models have some of these too; here they are exact where NumPy's are, as log10(1000) is.
_OF_ONE: dict[str, Callable[..., Any]] = {
    "cbrt": np.cbrt, "trunc": np.trunc, "rint": np.rint, "round": _rounded, "log10": np.log10,
    "log2": np.log2, "erfcx": special.erfcx, "isnan": np.isnan, "isfinite": np.isfinite,
    "phi_mpi_pi": _phi_mpi_pi, "phi_0_2pi": _phi_0_2pi,
}  # fmt: skip
COLUMN_FUNCTIONS: dict[str, ColumnFunction] = {
    **{name: _of_models(function) for name, function in FUNCTIONS.items()},
    **{name: ColumnFunction((1, 1), doubles(function)) for name, function in _OF_ONE.items()},
    "copysign": ColumnFunction((2, 2), doubles(np.copysign)),
    "fmod": ColumnFunction((2, 2), doubles(np.fmod)),
    "range": ColumnFunction((3, 3), doubles(lambda low, high, x: np.minimum(np.maximum(x, low), high))),
    "even": ColumnFunction((1, 1), lambda n: (whole(n) & 1) == 0),
    "odd": ColumnFunction((1, 1), lambda n: (whole(n) & 1) == 1),
}

OPERATORS: dict[str, Callable[..., Any]] = {
    "+": doubles(np.add),
    "-": doubles(np.subtract),
    "*": doubles(np.multiply),
    "/": doubles(np.divide),
    "**": doubles(np.power),
    "%": remainder,
    "&": bits(np.bitwise_and),
    "|": bits(np.bitwise_or),
    "<<": bits(np.left_shift),
    ">>": bits(np.right_shift),
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
    "-x": doubles(np.negative),
    "+x": lambda x: x,
    "!": lambda x: ~truth(x),
}
