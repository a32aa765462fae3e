"""Piecewise constant envelopes of densities, under which events are accepted and rejected.

The range is cut into cells that are refined until the envelope hugs the density. What the density does
between the points it was evaluated at is not known: whoever draws under an envelope must notice what exceeds
it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError
from morefit_py.graph.symbols import Observable

Array = NDArray[np.float64]
Function = Callable[[Mapping[str, Array]], Any]

# Cells along an axis at the start and points along an axis of each cell, by number of dimensions.
_START = {1: 64, 2: 12, 3: 6}
_POINTS = {1: 5, 2: 4, 3: 3}
# Points along an axis of each cell in the last surveys, which find what lies between those of the others.
_LAST_POINTS = {1: 33}
_MOST_CELLS = {1: 2**13, 2: 2**14}
_WASTE = 0.05


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
    """The envelope of a normalised density; `density` takes a column for each observable.

    Raises ModelError for a density that is negative, not finite, or whose peak cannot be found.
    """
    dimensions = len(over)
    most = _MOST_CELLS.get(dimensions, 2**16)
    cells = _cells(over, _START.get(dimensions, 3))
    each = _POINTS.get(dimensions, 2)
    last = _LAST_POINTS.get(dimensions, each)
    while True:
        held, mean, longest = _survey(what, density, over, *cells, each)
        volume = held.volume
        excess = (held.top - mean) * volume
        content = float(np.sum(mean * volume))
        # The content of a normalised density is known, so a peak between the points shows as missing.
        complete = content > 0.9
        done = len(volume) >= most or (complete and np.sum(excess) <= _WASTE * content)
        if done and each == last:
            break
        if done:
            each = last
            continue
        split = excess > 0.5 * _WASTE * content / len(volume) if complete else np.full(len(volume), True)
        cells = _halved(held.low, held.width, split, longest)
    if content < 0.5:
        raise ModelError(
            f"{what}: only {content:.1%} of the density was found; it is too narrow to be sampled"
        )
    return held


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
    what: str, density: Function, over: Sequence[Observable], low: Array, width: Array, each: int
) -> tuple[Envelope, Array, NDArray[np.intp]]:
    """The envelope over cells, by `each` points along an axis, the mean in each, and where it varies most."""
    cells, dimensions = low.shape
    fraction = np.stack(np.meshgrid(*[np.linspace(0, 1, each)] * dimensions, indexing="ij"), axis=-1)
    points = low[:, None, :] + width[:, None, :] * fraction.reshape(1, -1, dimensions)
    points = points.reshape(-1, dimensions)
    found = density({x.name: np.ascontiguousarray(points[:, i]) for i, x in enumerate(over)})
    value = np.broadcast_to(found, len(points)).reshape(cells, *[each] * dimensions)
    good = (value >= 0) & np.isfinite(value)
    if not np.all(good):
        at = points[int(np.argmin(good))]
        raise ModelError(f"{what}: the density is negative or not finite at {at.tolist()}")
    axes = tuple(range(1, dimensions + 1))
    highest, lowest = value.max(axis=axes), value.min(axis=axes)
    # A parabola whose top lies midway between two points exceeds them by 1/24 of its range here.
    top = highest + 0.1 * (highest - lowest)
    mean = value
    for _ in axes:
        mean = (0.5 * (mean[:, 1:] + mean[:, :-1])).mean(axis=1)
    steps = np.stack([np.abs(np.diff(value, axis=axis)).max(axis=axes) for axis in axes], axis=1)
    return Envelope(low, width, top), mean, np.argmax(steps, axis=1)
