"""Draws from one density: accept-reject under a piecewise constant envelope.

The range is cut into cells that are refined until the envelope hugs the density; whatever the density
does between the points it was evaluated at, an event that exceeds the envelope is noticed, the
envelope raised and the sample started anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError
from morefit_py.graph.symbols import Observable

Array = NDArray[np.float64]
Function = Callable[[Array], Array]

# Cells along an axis at the start and points along an axis of each cell, by number of dimensions.
_START = {1: 64, 2: 12, 3: 6}
_POINTS = {1: 5, 2: 4, 3: 3}
_MOST_CELLS = {1: 2**13, 2: 2**14}
_WASTE = 0.05
_BATCH = 2**18
_ROUNDING = 1.0 + 1e-9


@dataclass(frozen=True, eq=False)
class Envelope:
    """Cells, corner `low` and size `width` of shape (cells, dimensions), with an upper bound each."""

    low: Array
    width: Array
    top: Array

    @property
    def volume(self) -> Array:
        return np.asarray(np.prod(self.width, axis=1))

    def raised(self, cells: NDArray[np.intp], values: Array) -> Envelope:
        """The envelope with higher bounds where values exceeded it, with room above them."""
        top = self.top.copy()
        np.maximum.at(top, cells, 1.2 * values)
        return Envelope(self.low, self.width, top)


def envelope(what: str, density: Function, over: Sequence[Observable]) -> Envelope:
    """The envelope of a normalised density; `density` takes points of shape (points, dimensions).

    Raises ModelError for a density that is negative, not finite, or whose peak cannot be found.
    """
    dimensions = len(over)
    most = _MOST_CELLS.get(dimensions, 2**16)
    cells = _cells(over, _START.get(dimensions, 3))
    while True:
        held, mean, longest = _survey(what, density, *cells)
        volume = held.volume
        excess = (held.top - mean) * volume
        content = float(np.sum(mean * volume))
        # The content of a normalised density is known, so a peak between the points shows as missing.
        complete = content > 0.9
        if len(volume) >= most or (complete and np.sum(excess) <= _WASTE * content):
            break
        split = excess > 0.5 * _WASTE * content / len(volume) if complete else np.full(len(volume), True)
        cells = _halved(held.low, held.width, split, longest)
    if content < 0.5:
        raise ModelError(
            f"{what}: only {content:.1%} of the density was found; it is too narrow to be sampled"
        )
    return held


def draw(
    density: Function, bound: Envelope, size: int, generator: np.random.Generator
) -> tuple[Array, Envelope]:
    """Events of shape (size, dimensions), and the envelope, raised if an event exceeded it."""
    accepted: list[Array] = []
    missing = size
    while missing > 0:
        weight = np.cumsum(bound.top * bound.volume)
        # The envelope's content exceeds 1 by what is rejected.
        tries = min(int(1.02 * missing * max(weight[-1], 1.0)) + 16, _BATCH)
        cell = np.searchsorted(weight, weight[-1] * generator.random(tries), side="right")
        cell = np.minimum(cell, len(weight) - 1)
        points = bound.low[cell] + bound.width[cell] * generator.random((tries, bound.low.shape[1]))
        height = bound.top[cell] * generator.random(tries)
        value = density(points)
        above = value > bound.top[cell] * _ROUNDING
        if above.any():
            bound = bound.raised(cell[above], value[above])
            accepted, missing = [], size
            continue
        kept = points[height < value][:missing]
        accepted.append(kept)
        missing -= len(kept)
    events = np.concatenate(accepted) if accepted else np.empty((0, bound.low.shape[1]))
    return events, bound


def _cells(over: Sequence[Observable], each: int) -> tuple[Array, Array]:
    steps = np.stack(np.meshgrid(*[np.arange(each)] * len(over), indexing="ij"), axis=-1)
    width = np.array([x.width for x in over]) / each
    low = np.array([x.low for x in over]) + width * steps.reshape(-1, len(over))
    return low, np.broadcast_to(width, low.shape).copy()


def _halved(
    low: Array, width: Array, split: NDArray[np.bool_], axis: NDArray[np.intp]
) -> tuple[Array, Array]:
    """The cells, those of `split` cut in two along the axis given for each."""
    cut = np.zeros_like(width)
    cut[split, axis[split]] = 0.5 * width[split, axis[split]]
    narrow = width - cut
    return np.concatenate([low, (low + cut)[split]]), np.concatenate([narrow, narrow[split]])


def _survey(
    what: str, density: Function, low: Array, width: Array
) -> tuple[Envelope, Array, NDArray[np.intp]]:
    """The envelope over cells, the mean in each, and the axis along which each varies most."""
    cells, dimensions = low.shape
    each = _POINTS.get(dimensions, 2)
    fraction = np.stack(np.meshgrid(*[np.linspace(0, 1, each)] * dimensions, indexing="ij"), axis=-1)
    points = low[:, None, :] + width[:, None, :] * fraction.reshape(1, -1, dimensions)
    value = density(points.reshape(-1, dimensions)).reshape(cells, *[each] * dimensions)
    if not np.all(value >= 0):
        at = points.reshape(-1, dimensions)[int(np.argmin(np.where(value >= 0, 1.0, -1.0)))]
        raise ModelError(f"{what}: the density is negative or not a number at {at.tolist()}")
    axes = tuple(range(1, dimensions + 1))
    highest, lowest = value.max(axis=axes), value.min(axis=axes)
    # A parabola whose top lies midway between two points exceeds them by 1/24 of its range here.
    top = highest + 0.1 * (highest - lowest)
    mean = value
    for _ in axes:
        mean = (0.5 * (mean[:, 1:] + mean[:, :-1])).mean(axis=1)
    steps = np.stack([np.abs(np.diff(value, axis=axis)).max(axis=axes) for axis in axes], axis=1)
    return Envelope(low, width, top), mean, np.argmax(steps, axis=1)
