"""A density on part of its range: one or several intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from morefit_py.errors import ModelError
from morefit_py.graph.build import (
    FALSE,
    ZERO,
    Node,
    Operand,
    as_node,
    clamp,
    log,
    logical_and,
    logical_or,
    select,
)
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density

Ranges = tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class Truncated(Density):
    """A density of one observable on ranges [low, high] within its bounds, normalised there, zero elsewhere.

    Its yield is that in the ranges; `share` is their part of the whole. Raises ModelError for ranges that
    are empty, overlap, or leave the bounds of the observable.
    """

    type = "truncated"

    base: Density
    ranges: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.base.observables) != 1:
            raise ModelError(
                f"{self.type}: {self.base.type} is a density of {len(self.base.observables)} "
                "observables; truncate the factors of a product"
            )
        object.__setattr__(self, "ranges", checked_ranges(self.type, self.ranges, self.base.x))

    @property
    def observables(self) -> tuple[Observable, ...]:
        return self.base.observables

    def inside(self) -> Node:
        found = FALSE
        for low, high in self.ranges:
            found = logical_or(found, logical_and(self.x >= low, self.x <= high))
        return logical_and(found, self.base.inside())

    def shape(self) -> Node:
        return select(self.inside(), self.base.shape(), ZERO)

    def log_shape(self) -> Node:
        return select(self.inside(), self.base.log_shape(), -math.inf)

    def between(self, low: Operand, high: Operand) -> Node:
        total = ZERO
        for a, b in self.ranges:
            total = total + self.base.between(clamp(as_node(a), low, high), clamp(as_node(b), low, high))
        return total

    def integral(self) -> Node:
        total = ZERO
        for low, high in self.ranges:
            total = total + self.base.between(low, high)
        return total

    def log_integral(self) -> Node:
        if len(self.ranges) == 1:
            return self.base.log_between(*self.ranges[0])
        return log(self.integral())

    def share(self) -> Node:
        """The part of the whole density that lies in the ranges: n * share is the yield there."""
        return self.integral() / self.base.integral()

    def breaks(self) -> tuple[Operand, ...]:
        return (*(end for pair in self.ranges for end in pair), *self.base.breaks())

    def room(self) -> Node:
        return self.base.room()

    @property
    def normalisation(self) -> str:
        return self.base.normalisation


def blinded_range(density: Density, low: float, high: float) -> Truncated:
    """The density without the range [low, high]: what a fit to the sidebands needs.

    Raises ModelError unless low < high, and where nothing is left.
    """
    x = density.x
    if not low < high:
        raise ModelError(f"blinded range: [{low:g}, {high:g}] is not low < high")
    left = [(x.low, min(low, x.high)), (max(high, x.low), x.high)]
    return Truncated(density, tuple((a, b) for a, b in left if a < b))


def checked_ranges(what: str, ranges: Sequence[Sequence[float]], x: Observable) -> Ranges:
    """The ranges in ascending order; raises ModelError unless they are apart and within the bounds."""
    if not ranges:
        raise ModelError(f"{what}: ranges: no ranges are given")
    for i, held in enumerate(ranges):
        where = f"{what}: ranges[{i}]"
        if not (isinstance(held, Sequence) and len(held) == 2):
            raise ModelError(f"{where}: {held!r} is no pair (low, high)")
        low, high = map(float, held)
        if not low < high:
            raise ModelError(f"{where}: the range [{low:g}, {high:g}] is not low < high")
        if not (x.low <= low and high <= x.high):
            raise ModelError(
                f"{where}: [{low:g}, {high:g}] leaves the bounds [{x.low:g}, {x.high:g}] of {x.name!r}"
            )
    found = sorted((float(low), float(high)) for low, high in ranges)
    for (_, end), (begin, _) in pairwise(found):
        if begin < end:
            raise ModelError(
                f"{what}: ranges: two ranges overlap, one ends at {end:g}, the next begins at {begin:g}"
            )
    return tuple(found)
