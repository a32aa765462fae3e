"""Functions of one value of the event, computed at the points of a grid once a call, and interpolated.

The arguments of such a node are the place at which it is asked, and then the values that enter from outside,
the same for every event; its payload is the term, a function of the grid's point and of slots that stand for
these values. It means the local polynomial through the term's values at the points, not the term itself:
whoever makes it sees to it that the grid is fine enough.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.polynomial import polynomial
from numpy.typing import NDArray

from morefit_py.errors import GraphError
from morefit_py.graph.algebra import coefficient, mul
from morefit_py.graph.node import Node, border, event_independent, intern, walk
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.operand import Operand, column, number, param
from morefit_py.graph.symbols import Axis, Observable, Parameter

Array = NDArray[np.float64]

# Points that a local polynomial goes through: as many on either side of the place.
STENCIL = 8
MOST_POINTS = 65_536


def _weights() -> tuple[Array, ...]:
    """Lagrange's polynomials of the stencil in the distance from its middle, by order of their derivative.

    Each of shape (STENCIL, degree + 1), the lowest power first.
    """
    nodes = np.arange(STENCIL) - (STENCIL - 1) / 2.0
    rows = []
    for k, node in enumerate(nodes):
        others = np.delete(nodes, k)
        rows.append(polynomial.polyfromroots(others) / np.prod(node - others))
    found = [np.array(rows)]
    while found[-1].shape[1] > 1:
        found.append(polynomial.polyder(found[-1], axis=1))
    return tuple(found)


WEIGHTS = _weights()


@dataclass(frozen=True)
class Grid:
    """`points` evenly spaced places from low to high, both included.

    Raises GraphError unless low < high, both finite, and for less than 8 or more than 65,536 points.
    """

    low: float
    high: float
    points: int

    def __post_init__(self) -> None:
        if not -math.inf < self.low < self.high < math.inf:
            raise GraphError(f"a grid from {self.low:g} to {self.high:g}; give low < high, both finite")
        if not STENCIL <= self.points <= MOST_POINTS:
            raise GraphError(f"a grid of {self.points} points; give {STENCIL} to {MOST_POINTS}")

    @property
    def per_unit(self) -> float:
        """Steps in a unit of the place."""
        return (self.points - 1) / (self.high - self.low)

    @cached_property
    def places(self) -> Array:
        return np.linspace(self.low, self.high, self.points)

    @cached_property
    def axis(self) -> Axis:
        """The places as the rows of an axis."""
        text = f"{self.low.hex()} {self.high.hex()} {self.points}"
        name = f"grid {sha256(text.encode()).hexdigest()[:12]}"
        return Axis(name, {f"{name}.point": self.places})

    @property
    def point(self) -> Node:
        """What stands for a point of the grid in a term."""
        (name,) = self.axis.rows
        return column(Observable(name, self.low, self.high))


@dataclass(frozen=True, eq=False)
class Curve:
    """A term over the points of a grid, in which each slot stands for one argument after the place.

    `order` says which derivative of the interpolating polynomial by the place is meant.
    """

    grid: Grid
    slots: tuple[Node, ...]
    term: Node
    order: int = 0

    @cached_property
    def identity(self) -> bytes:
        """The digest of the grid, the slots, the term and the order."""
        held = b"".join(slot.key for slot in self.slots) + self.term.key
        return sha256(self.grid.axis.identity + bytes([self.order]) + held).digest()

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Curve) and self.identity == other.identity)

    def __hash__(self) -> int:
        return hash(self.identity)

    def at(self, place: Any, *values: Any) -> Any:
        """The curve at places, where the slots have these values: shapes that broadcast together.

        The last dimension is that of rows, in which values do not differ. Beyond the grid the outermost
        polynomial holds.
        """
        x = np.asarray(place, dtype=np.float64)
        steps = (x - self.grid.low) * self.grid.per_unit
        most = self.grid.points - STENCIL
        first = np.floor(np.clip(np.nan_to_num(steps) - (STENCIL // 2 - 1), 0, most)).astype(np.int64)
        distance = steps - first - (STENCIL - 1) / 2.0
        # Only what is asked for is computed: a few places need a few points.
        used, where = np.unique(first[..., None] + np.arange(STENCIL), return_inverse=True)
        where = where.reshape(*first.shape, STENCIL)
        table = self._table(self.grid.places[used], [np.asarray(value, dtype=np.float64) for value in values])
        found: Any = 0.0
        for k in range(STENCIL):
            weight = polynomial.polyval(distance, WEIGHTS[self.order][k])
            found = found + weight * _taken(table, where[..., k])
        return found * self.grid.per_unit**self.order

    def _table(self, places: Array, values: list[Array]) -> Array:
        """The term at some points of the grid, in the last dimension."""
        from morefit_py.graph.meaning import evaluate

        if any(value.ndim and value.shape[-1] > 1 for value in values):
            raise GraphError(
                "a curve was given values that differ by row; its slots are the same for every row"
            )
        named = {slot.parameter.name: value for slot, value in zip(self.slots, values, strict=True)}
        (point,) = self.grid.axis.rows
        (found,) = evaluate([self.term], named, {"": {point: places}})
        return np.broadcast_to(found, np.broadcast_shapes(np.shape(found), places.shape))


def _taken(table: Array, where: NDArray[np.int64]) -> Array:
    """Entries of the last dimension, at the same places for all others or at places of their own."""
    if table.ndim == 1:
        return table[where]
    if where.ndim < 2 or all(size == 1 for size in where.shape[:-1]):
        return table[..., where.reshape(-1)]
    shape = np.broadcast_shapes(table.shape[:-1], where.shape[:-1])
    return np.take_along_axis(
        np.broadcast_to(table, (*shape, table.shape[-1])),
        np.broadcast_to(where, (*shape, where.shape[-1])),
        axis=-1,
    )


def curve(grid: Grid, place: Operand, of: Callable[[Node], Operand]) -> Node:
    """A function interpolated between its values at the points of a grid, at a place of every event.

    `of` makes the function's expression for a place; beside it, that may depend on parameters and numbers.
    A place that is the same for every event is put into it instead. Raises GraphError where it depends on
    other values of the event.
    """
    term = number(of(grid.point))
    values = [node for node in border([term], event_independent) if node.stage != Stage.COMPILE]
    from morefit_py.graph.substitute import substitute

    slots = {value: _slot(value) for value in values if not value.is_boolean}
    return replot(grid, number(place), substitute(term, slots), {s: value for value, s in slots.items()})


def reapplied(held: Curve, args: Iterable[Node]) -> Node:
    """The curve at another place, with its slots standing for other values."""
    place, *values = args
    return replot(held.grid, place, held.term, dict(zip(held.slots, values, strict=True)), held.order)


def replot(grid: Grid, place: Node, term: Node, outside: Mapping[Node, Node], order: int = 0) -> Node:
    """The curve of a term in slots, `outside` giving what each slot stands for."""
    from morefit_py.graph.build import ZERO
    from morefit_py.graph.substitute import substitute

    factor, rest = coefficient(term)
    if event_independent(rest):
        return ZERO if order else substitute(term, outside)
    if order >= len(WEIGHTS):
        return ZERO
    if event_independent(place):
        return substitute(_derived(term, grid.point, order), {**outside, grid.point: place})
    entering = border([rest], lambda node: event_independent(node) and not node.is_boolean)
    values = {node: substitute(node, outside) for node in entering if node.stage & Stage.CALL}
    made = {node: value if value.stage == Stage.COMPILE else _slot(value) for node, value in values.items()}
    if any(node is not slot for node, slot in made.items()):
        again = {slot: values[node] for node, slot in made.items() if slot.op is Op.PARAM}
        found = replot(grid, place, substitute(rest, made), again, order)
    else:
        _check(grid, rest, values.values())
        slots = tuple(sorted(values, key=lambda slot: values[slot].key))
        held = Curve(grid, slots, rest, order)
        found = intern(Op.CURVE, (place, *(values[slot] for slot in slots)), held)
    return mul(substitute(factor, outside), found)


def _derived(term: Node, point: Node, order: int) -> Node:
    from morefit_py.graph.derivative import slope

    for _ in range(order):
        term = slope(term, point)
    return term


def _slot(value: Node) -> Node:
    """What stands for a value inside a term: the same wherever the value is the same."""
    return param(Parameter(f"value {value.key.hex()}", 0.0))


def _check(grid: Grid, term: Node, values: Iterable[Node]) -> None:
    found = [node for node in walk([term]) if node.op in (Op.COLUMN, Op.CURVE) and node is not grid.point]
    if found or not all(map(event_independent, values)):
        raise GraphError(
            "a curve on a grid depends on more of the event than its place, or is one of another curve; "
            "what differs by event in two ways is computed for every event"
        )
