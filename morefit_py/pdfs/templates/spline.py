"""A smooth density through points that does not overshoot them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.templates.bins import Array, bin_edges, numbers
from morefit_py.pdfs.templates.piecewise import Piecewise


@dataclass(frozen=True, eq=False)
class Spline(Density):
    """The monotone cubic Hermite interpolant of Fritsch and Carlson through (knots_x, knots_y), normalised.

    F. N. Fritsch, R. E. Carlson, SIAM J. Numer. Anal. 17 (1980) 238: slopes are means of the neighbouring
    secants, then shrunk to alpha^2 + beta^2 <= 9; between two points it is monotone, so it stays positive.
    The knots begin and end at the observable's bounds. Raises ModelError for knots that do not ascend or
    leave the bounds, and for values of another number or not positive.
    """

    type = "spline"

    observable: Observable
    knots_x: tuple[float, ...]
    knots_y: tuple[float, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        _ = self._curve

    @cached_property
    def _curve(self) -> Piecewise:
        x = bin_edges(self.type, self.knots_x, self.observable, "knots_x")
        y = numbers(self.type, "knots_y", self.knots_y)
        if len(y) != len(x):
            raise ModelError(f"{self.type}: knots_y has {len(y)} values for {len(x)} knots")
        low = np.flatnonzero(y <= 0)
        if low.size:
            raise ModelError(f"{self.type}: knots_y[{low[0]}] is {y[low[0]]:g}; it must be > 0")
        return hermite(x, y, monotone_slopes(x, y))

    def shape(self) -> Node:
        return self._curve.value(self.observable)

    def between(self, low: Operand, high: Operand) -> Node:
        return self._curve.content(high) - self._curve.content(low)

    def breaks(self) -> tuple[Operand, ...]:
        return tuple(float(knot) for knot in self._curve.knots[1:-1])


def monotone_slopes(x: Array, y: Array) -> Array:
    """The slopes at the knots, (n,), of the method of Fritsch and Carlson."""
    secants = np.diff(y) / np.diff(x)
    slopes = np.concatenate([secants[:1], (secants[:-1] + secants[1:]) / 2.0, secants[-1:]])
    slopes[1:-1][secants[:-1] * secants[1:] <= 0.0] = 0.0
    for i, secant in enumerate(secants):
        if secant == 0.0:
            slopes[i] = slopes[i + 1] = 0.0
            continue
        alpha, beta = slopes[i] / secant, slopes[i + 1] / secant
        size = alpha**2 + beta**2
        if size > 9.0:
            slopes[i], slopes[i + 1] = 3.0 / np.sqrt(size) * np.array([alpha, beta]) * secant
    return slopes


def hermite(x: Array, y: Array, slopes: Array) -> Piecewise:
    """The cubic pieces with given values and slopes at the knots."""
    h = np.diff(x)
    secants = np.diff(y) / h
    second = (3.0 * secants - 2.0 * slopes[:-1] - slopes[1:]) / h
    third = (slopes[:-1] + slopes[1:] - 2.0 * secants) / h**2
    return Piecewise(x, np.stack([y[:-1], slopes[:-1], second, third]))
