"""Events of a density that is conditional on other observables, each with its own rows of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError
from morefit_py.graph.symbols import Observable
from morefit_py.model.at_point import AtPoint
from morefit_py.model.choosing import Columns, Exceeded
from morefit_py.model.numbers import Numbers, Rows
from morefit_py.pdfs.density import Density

Array = NDArray[np.float64]

# Halvings that take any range to the last bit.
_HALVINGS = 60
_INVERTED = 2**13
# Points of a row at which its highest is looked for, room above it, and rows at once.
_GRID, ROOM = 257, 1.3
_ACCEPTED = 2**12


@dataclass(frozen=True, eq=False)
class Inverted:
    """Events where the integral is known: it is bisected until it is u of the pair of `slot`."""

    slot: int
    density: Density
    values: Mapping[str, float]

    @cached_property
    def _content(self) -> AtPoint:
        x = self.density.x
        root = self.density.between(x.low, _end(x)) / self.density.integral()
        return AtPoint(root, self.values)

    def draw(self, numbers: Numbers, rows: Rows, columns: Columns) -> list[Exceeded]:
        """Fills the column of the observable."""
        x = self.density.x
        for begin in range(0, len(rows), _INVERTED):
            block = rows[begin : begin + _INVERTED]
            wanted, _ = numbers.at(self.slot, 0, block)
            given = _given(self.density, columns, block)
            low, high = np.full(len(block), x.low), np.full(len(block), x.high)
            for _ in range(_HALVINGS):
                middle = 0.5 * (low + high)
                below = self._content({**given, _end(x).name: middle}) < wanted
                low, high = np.where(below, middle, low), np.where(below, high, middle)
            columns[x.name][block] = 0.5 * (low + high)
        return []


@dataclass(frozen=True, eq=False)
class Accepted:
    """Events accepted under a height of their own each: u of the pair of `slot` is the place, v decides.

    The height is the highest of the density on a grid times the `room`. `where` names the density in errors.
    """

    slot: int
    density: Density
    values: Mapping[str, float]
    where: str
    room: float = ROOM

    @cached_property
    def _log_shape(self) -> AtPoint:
        return AtPoint(self.density.log_shape(), self.values)

    def draw(self, numbers: Numbers, rows: Rows, columns: Columns) -> list[Exceeded]:
        """Fills the column of the observable; says which events needed more room, as multiples of the grid's.

        Raises ModelError for a row in which the density vanishes.
        """
        x = self.density.x
        exceeded: list[Exceeded] = []
        for begin in range(0, len(rows), _ACCEPTED):
            left = rows[begin : begin + _ACCEPTED]
            given = _given(self.density, columns, left)
            highest = self._highest(numbers, left, given)
            attempt = 0
            while len(left):
                u, v = numbers.at(self.slot, attempt, left)
                points = np.minimum(x.low + x.width * u, x.high)
                value = self._shape(points, given)
                above = value > self.room * highest
                if np.any(above):
                    ratio = value[above] / highest[above]
                    exceeded.append(Exceeded(self.density, left[above], np.zeros(len(ratio), np.intp), ratio))
                kept = v * self.room * highest < value
                columns[x.name][left[kept]] = points[kept]
                left, highest, attempt = left[~kept], highest[~kept], attempt + 1
                given = {name: values[~kept] for name, values in given.items()}
        return exceeded

    def _highest(self, numbers: Numbers, rows: Rows, given: Columns) -> Array:
        x = self.density.x
        tall = {name: np.repeat(values, _GRID) for name, values in given.items()}
        points = np.tile(np.linspace(x.low, x.high, _GRID), len(rows))
        top = np.asarray(self._shape(points, tall).reshape(-1, _GRID).max(axis=1))
        if not np.all(top > 0.0):
            row = numbers.events(rows[[int(np.argmin(top > 0.0))]])[0]
            raise ModelError(
                f"{self.where}: in row {row} the density vanishes or is too narrow to be sampled"
            )
        return top

    def _shape(self, points: Array, given: Columns) -> Array:
        with np.errstate(all="ignore"):
            value = np.exp(self._log_shape({**given, self.density.x.name: points}))
        return np.broadcast_to(value, points.shape)


def _end(x: Observable) -> Observable:
    return Observable("_end", x.low, x.high)


def _given(density: Density, columns: Columns, rows: Rows) -> dict[str, Array]:
    return {x.name: columns[x.name][rows] for x in density.given}
