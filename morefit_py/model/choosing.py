"""Events of a sum of densities: which one, where under its envelope, and whether that is accepted.

Cells of envelopes of all densities, each with its weight times its content, are the choices of one alias
table. One uniform number thus chooses a density, a cell of its envelope and a place in it, and a second
accepts the place with the density there by the envelope. Rejected events choose anew among all; densities are
normalised, so that each is accepted as often as its weight says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from morefit_py.graph.symbols import Observable
from morefit_py.model.alias import alias_table
from morefit_py.model.at_point import AtPoint
from morefit_py.model.envelope import Envelope
from morefit_py.model.numbers import Numbers, Rows
from morefit_py.pdfs.density import Density

Array = NDArray[np.float64]
Columns = Mapping[str, Array]

# Rows at once, so that temporaries stay in cache.
_BLOCK = 2**13
_ROUNDING = 1.0 + 1e-9
_LEAST = 2.0**-60


@dataclass(frozen=True, eq=False)
class Exceeded:
    """Events that were above the envelope of a density: their rows, the cells, and the heights needed."""

    density: Density
    rows: Rows
    cells: Rows
    heights: Array


class Part(Protocol):
    """What draws some observables of events, and reads those that they are conditional on."""

    def draw(self, numbers: Numbers, rows: Rows, columns: Columns) -> list[Exceeded]:
        """Fills the columns at these rows, which ascend; says which events exceeded an envelope."""
        ...


@dataclass(frozen=True, eq=False)
class Enveloped:
    """A density of some observables with its envelope."""

    density: Density
    over: tuple[Observable, ...]
    function: AtPoint
    bound: Envelope


@dataclass(frozen=True, eq=False)
class Choosing:
    """A sum of densities by weights: those under envelopes, and others that are drawn by a part of their own.

    Its draws take the slots from `slot` on: pair (u, v) of the first chooses and accepts, those of the
    following are the second and further coordinates in the cell. With n choices, column floor(n u) of the
    table is taken and its remainder r = n u - floor(n u) compared with the column's share; r is then the
    place along the first axis. An event is accepted where v times the envelope is less than the density.

    The table has `share` by column, and by 2 column + (r >= share) the number of the `leaf`, its `cell`, the
    `top` of the envelope there, and the first coordinate as low + slope * r.
    """

    slot: int
    weights: Sequence[float]
    leaves: Sequence[Enveloped | Part]
    share: Array = field(init=False, repr=False)
    leaf: NDArray[np.int16] = field(init=False, repr=False)
    cell: Rows = field(init=False, repr=False)
    low: Array = field(init=False, repr=False)
    slope: Array = field(init=False, repr=False)
    top: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        bounds = [leaf.bound if isinstance(leaf, Enveloped) else _WHOLE for leaf in self.leaves]
        sizes = [len(bound.top) for bound in bounds]
        content = [w * b.top * b.volume for w, b in zip(self.weights, bounds, strict=True)]
        share, other = alias_table(np.concatenate(content))
        # Less of a column than numbers can tell apart would have a slope without bounds.
        share[share < _LEAST] = 0.0
        choice = np.stack([np.arange(len(share)), other], axis=1).ravel()
        low = np.concatenate([bound.low[:, 0] for bound in bounds])[choice]
        width = np.concatenate([bound.width[:, 0] for bound in bounds])[choice]
        begin = np.stack([np.zeros(len(share)), share], axis=1).ravel()
        size = np.stack([share, 1.0 - share], axis=1).ravel()
        # A part of no size is never chosen.
        slope = width / np.where(size > 0.0, size, 1.0)
        leaf = np.repeat(np.arange(len(bounds), dtype=np.int16), sizes)
        made = {
            "share": share,
            "leaf": leaf[choice],
            "cell": np.concatenate([np.arange(n) for n in sizes])[choice],
            "low": low - slope * begin,
            "slope": slope,
            "top": np.concatenate([bound.top for bound in bounds])[choice],
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)

    @property
    def slots(self) -> int:
        """How many slots its own draws take."""
        return max((len(_over(leaf)) + 2) // 2 for leaf in self.leaves)

    def draw(self, numbers: Numbers, rows: Rows, columns: Columns) -> list[Exceeded]:
        exceeded: list[Exceeded] = []
        others: list[list[Rows]] = [[] for _ in self.leaves]
        attempt = 0
        while len(rows):
            left = [
                self._attempt(numbers, attempt, rows[begin : begin + _BLOCK], columns, exceeded, others)
                for begin in range(0, len(rows), _BLOCK)
            ]
            rows, attempt = np.concatenate(left), attempt + 1
        for leaf, found in zip(self.leaves, others, strict=True):
            if found and not isinstance(leaf, Enveloped):
                exceeded += leaf.draw(numbers, np.sort(np.concatenate(found)), columns)
        return exceeded

    def _attempt(
        self,
        numbers: Numbers,
        attempt: int,
        rows: Rows,
        columns: Columns,
        exceeded: list[Exceeded],
        others: list[list[Rows]],
    ) -> Rows:
        """One attempt at each row; those that are left."""
        u, v = numbers.at(self.slot, attempt, rows)
        place = u * len(self.share)
        column = place.astype(np.intp)
        place -= column
        chosen = 2 * column + (place >= self.share.take(column))
        first = self.low.take(chosen) + self.slope.take(chosen) * place
        height = self.top.take(chosen)
        # What is no event of an envelope is accepted.
        value = np.full(len(rows), np.inf) if self._mixed else np.empty(len(rows))
        of = self.leaf.take(chosen) if len(self.leaves) > 1 else None
        for number, leaf in enumerate(self.leaves):
            at = slice(None) if of is None else np.flatnonzero(of == number)
            if not len(rows[at]):
                continue
            if not isinstance(leaf, Enveloped):
                others[number].append(rows[at])
                continue
            points = self._points(leaf, numbers, attempt, rows[at], first[at], chosen[at])
            found = value[at] = leaf.function(points)
            for name, coordinate in points.items():
                columns[name][rows[at]] = coordinate
            above = found > height[at] * _ROUNDING
            if np.any(above):
                exceeded.append(
                    Exceeded(leaf.density, rows[at][above], self.cell[chosen[at]][above], value[at][above])
                )
        # Neither what is zero nor what is no number is accepted.
        return rows[~(v * height < value)]

    @property
    def _mixed(self) -> bool:
        return not all(isinstance(leaf, Enveloped) for leaf in self.leaves)

    def _points(
        self, leaf: Enveloped, numbers: Numbers, attempt: int, rows: Rows, first: Array, chosen: Rows
    ) -> dict[str, Array]:
        coordinates = [first]
        cells = self.cell[chosen] if len(leaf.over) > 1 else chosen
        for axis in range(1, len(leaf.over)):
            if axis % 2:
                pair = numbers.at(self.slot + (axis + 1) // 2, attempt, rows)
            coordinates.append(
                leaf.bound.low[cells, axis] + leaf.bound.width[cells, axis] * pair[(axis - 1) % 2]
            )
        # The place in a very thin part of a column is rounded, perhaps to outside.
        return {
            x.name: np.clip(values, x.low, x.high) for x, values in zip(leaf.over, coordinates, strict=True)
        }


# What stands for a density that is drawn by a part of its own: one cell that is always accepted.
_WHOLE = Envelope(np.zeros((1, 1)), np.ones((1, 1)), np.ones(1))


def _over(leaf: Enveloped | Part) -> tuple[Observable, ...]:
    return leaf.over if isinstance(leaf, Enveloped) else ()
