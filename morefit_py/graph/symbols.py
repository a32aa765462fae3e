"""The named things an expression is about: parameters, observables, and axes that are summed over."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError
from morefit_py.graph.arithmetic import Arithmetic
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op

WEIGHT = "_weight"


def _check_name(kind: str, name: str) -> None:
    if not isinstance(name, str) or not name or name != name.strip() or not name.isprintable():
        raise ModelError(f"{name!r} is not a name for {kind}: use printable text without spaces around it")


def _number(what: str, value: object) -> float:
    """A value as a float; text is none, even where Python would read it as one."""
    if not isinstance(value, str | bytes):
        try:
            return float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            pass
    raise ModelError(f"{what} is {value!r}; give a number")


def _limits(where: str, limits: Any) -> tuple[float, float]:
    try:
        low, high = limits
    except (TypeError, ValueError):
        raise ModelError(f"{where}: its limits are {limits!r}; give two numbers (low, high)") from None
    return _number(f"{where}: its lower limit", low), _number(f"{where}: its upper limit", high)


@dataclass(frozen=True, eq=True)
class Parameter(Arithmetic):
    """A quantity the fit estimates, with its start value and limits in its own unit.

    `limits` is (low, high) or None; equal limits, or `fixed=True`, keep it at `init`.
    Raises ModelError for a start that is not finite or lies outside the limits.
    """

    name: str
    init: float
    limits: tuple[float, float] | None = None
    fixed: bool = False
    unit: str = ""
    latex: str = ""

    def __post_init__(self) -> None:
        _check_name("a parameter", self.name)
        where = f"parameter {self.name!r}"
        object.__setattr__(self, "init", _number(f"{where}: its start value", self.init))
        if not math.isfinite(self.init):
            raise ModelError(f"{where}: its start value {self.init} is not finite")
        if self.limits is None:
            return
        low, high = _limits(where, self.limits)
        object.__setattr__(self, "limits", (low, high))
        if math.isnan(low) or math.isnan(high) or low > high:
            raise ModelError(f"parameter {self.name!r}: limits ({low:g}, {high:g}) are not low <= high")
        if not low <= self.init <= high:
            raise ModelError(
                f"parameter {self.name!r}: its start value {self.init:g} lies outside its limits "
                f"({low:g}, {high:g}); widen the limits or move the start"
            )
        if low == high:
            object.__setattr__(self, "fixed", True)

    @property
    def low(self) -> float:
        """The lower limit, -inf without limits."""
        return self.limits[0] if self.limits else -math.inf

    @property
    def high(self) -> float:
        """The upper limit, inf without limits."""
        return self.limits[1] if self.limits else math.inf

    @cached_property
    def identity(self) -> bytes:
        """What tells it from others in an expression: its name."""
        return self.name.encode()

    @property
    def node(self) -> Node:
        """The expression that is this parameter alone."""
        return intern(Op.PARAM, (), self)

    def __hash__(self) -> int:
        return hash(self.name)


def distinct(parameters: Iterable[Parameter]) -> tuple[Parameter, ...]:
    """Every parameter once, in order; raises ModelError for two different ones of one name."""
    found: dict[str, Parameter] = {}
    for parameter in parameters:
        known = found.setdefault(parameter.name, parameter)
        if known is not parameter and known != parameter:
            raise ModelError(
                f"two different parameters are named {parameter.name!r}: {known} and {parameter}; "
                "share one object, or name them apart"
            )
    return tuple(found.values())


@dataclass(frozen=True, eq=True)
class Observable(Arithmetic):
    """A measured quantity with the bounds [low, high] that densities are normalised on.

    Raises ModelError unless low < high, both numbers.
    """

    name: str
    low: float
    high: float
    unit: str = ""
    latex: str = ""

    def __post_init__(self) -> None:
        _check_name("an observable", self.name)
        object.__setattr__(self, "low", _number(f"observable {self.name!r}: its lower bound", self.low))
        object.__setattr__(self, "high", _number(f"observable {self.name!r}: its upper bound", self.high))
        if math.isnan(self.low) or math.isnan(self.high) or not self.low < self.high:
            raise ModelError(
                f"observable {self.name!r}: bounds [{self.low:g}, {self.high:g}] are not low < high"
            )

    @property
    def width(self) -> float:
        """The distance between the bounds."""
        return self.high - self.low

    @cached_property
    def identity(self) -> bytes:
        """What tells it from others in an expression: its name and bounds."""
        return f"{self.name}\0{self.low!r}\0{self.high!r}".encode()

    @property
    def node(self) -> Node:
        """The expression that is this observable alone."""
        return intern(Op.COLUMN, (), self)

    def __hash__(self) -> int:
        return hash(self.name)


@dataclass(frozen=True, eq=False)
class Axis:
    """What a SUM runs over: the events of a channel, or fixed rows such as quadrature nodes.

    `rows` holds the columns of fixed rows; it is empty for a channel, whose data are bound later.
    Axes of equal name and rows are equal.
    """

    name: str
    rows: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    @cached_property
    def identity(self) -> bytes:
        digest = sha256(self.name.encode())
        for name in sorted(self.rows):
            row = np.ascontiguousarray(self.rows[name], dtype=np.float64)
            digest.update(f"{name}\0{row.size}\0".encode() + row.tobytes())
        return self.name.encode() + b"\0" + digest.digest()

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Axis) and self.identity == other.identity)

    def __hash__(self) -> int:
        return hash(self.identity)
