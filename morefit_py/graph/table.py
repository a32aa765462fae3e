"""Piecewise-constant functions of one argument: histograms, and the coefficients of splines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from morefit_py.errors import GraphError
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op
from morefit_py.graph.operand import Operand, const, fold, number

Array = NDArray[np.float64]


def _array(what: str, given: Any) -> Array:
    """A copy that cannot be changed; minus zero becomes zero, as in constants."""
    try:
        found = np.array(given, dtype=np.float64) + 0.0
    except (TypeError, ValueError):
        raise GraphError(f"the {what} of a table are {str(given)[:60]}; give numbers") from None
    if found.ndim != 1:
        raise GraphError(f"the {what} of a table have shape {found.shape}; give one row of numbers")
    if not np.all(np.isfinite(found)):
        where = int(np.argmin(np.isfinite(found)))
        raise GraphError(f"the {what} of a table are not finite: number {where} is {found[where]}")
    found.setflags(write=False)
    return found


@dataclass(frozen=True, eq=False)
class Table:
    """A step function: values[i] for edges[i] <= x < edges[i + 1].

    `edges` has shape (n + 1,), `values` (n,). The last bin includes its upper edge; below the first edge
    the first value holds, above the last edge the last value. What is no number stays none.
    Raises GraphError unless all are finite and the edges ascend.
    """

    edges: Array
    values: Array

    def __post_init__(self) -> None:
        object.__setattr__(self, "edges", _array("edges", self.edges))
        object.__setattr__(self, "values", _array("values", self.values))
        if not self.values.size or self.edges.size != self.values.size + 1:
            raise GraphError(
                f"a table has {self.edges.size} edges and {self.values.size} values; "
                "give one value a bin and one edge more"
            )
        rising = np.diff(self.edges) > 0.0
        if not np.all(rising):
            i = int(np.argmin(rising))
            raise GraphError(f"the edges of a table do not ascend: {self.edges[i]}, then {self.edges[i + 1]}")

    @property
    def bins(self) -> int:
        """How many values there are."""
        return int(self.values.size)

    def at(self, x: Any) -> Any:
        """The values at points x, of any shape."""
        found = self.values[np.searchsorted(self.edges[1:-1], x, side="right")]
        return np.where(np.isnan(x), np.nan, found)

    def span(self, low: float, high: float) -> tuple[float, float]:
        """The smallest and the largest value between two points."""
        first, last = np.searchsorted(self.edges[1:-1], (low, high), side="right")
        held = self.values[first : last + 1]
        return float(held.min()), float(held.max())

    @cached_property
    def identity(self) -> bytes:
        """The digest of its content."""
        held = self.edges.astype("<f8").tobytes() + self.values.astype("<f8").tobytes()
        return self.bins.to_bytes(8, "little") + sha256(held).digest()

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Table) and self.identity == other.identity)

    def __hash__(self) -> int:
        return hash(self.identity)


def table(edges: ArrayLike, values: ArrayLike, operand: Operand) -> Node:
    """The step function with these edges (n + 1,) and values (n,) of an expression; its derivative is zero.

    See `Table` for what holds at and beyond the edges, and for what is raised.
    """
    return lookup(Table(edges, values), operand)  # type: ignore[arg-type]


def lookup(held: Table, operand: Operand) -> Node:
    """The value of a table at an expression; a constant where all values are the same."""
    x = number(operand)
    if np.all(held.values == held.values[0]):
        return const(float(held.values[0]))
    if x.op is Op.CONST:
        return fold(lambda: float(held.at(x.value)), lambda: intern(Op.TABLE, (x,), held))
    return intern(Op.TABLE, (x,), held)
