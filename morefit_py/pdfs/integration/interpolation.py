"""The grid on which a function of an observable is interpolated as accurately as it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import polynomial
from numpy.typing import NDArray

from morefit_py.graph.build import Node
from morefit_py.graph.curve import STENCIL, WEIGHTS, Grid
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.integration.corners import Points, count, evaluate_at

Array = NDArray[np.float64]

# Steps between the bounds: at first, and at most.
_FEWEST, _MOST = 64, 8192
# Points beyond either bound, so that every place within has as many on either side.
_BEYOND = STENCIL // 2 - 1
# How far the interpolated integral may be off; more is a peak that was missed.
_MISSED = 1e-7
# Down to this share of the largest value an interpolation is not off by more than half.
_SMALL = 1e-12
_BATCH = 1 << 10
# By what twice as many points make the error smaller where that is resolved: 2^8, and a reserve.
_FALLS = 512.0


@dataclass(frozen=True, eq=False)
class Interpolation:
    """A grid, with the largest error found relative to the largest value, and the point it was found at."""

    grid: Grid
    error: float
    worst: int


def interpolation(
    of: Callable[[Node], Node], x: Observable, points: Points, integral: Node, tolerance: float
) -> Interpolation:
    """The coarsest grid of those with 64, 128, ... steps that is accurate at all points of the parameters.

    Accurate is: within `tolerance` of the largest value in the middle of each step, where the polynomials are
    worst; within half of the value where that is not tiny; and of the same integral. Where no grid is, one of
    those is given with its error.
    """
    shape, exact = of(x.node), _exact(integral, points)
    steps = _FEWEST
    values = _values(shape, x, points, np.arange(-_BEYOND, steps + _BEYOND + 1) / steps)
    while True:
        middles = _values(shape, x, points, (np.arange(-2, steps + 2) + 0.5) / steps)
        found, wrong = _error(values, middles[:, 2:-2], exact, x.width / steps)
        error = np.where(wrong, np.fmax(found, 1.0), found)
        worst = int(np.argmax(error))
        # A peak that lies between all points is seen only later, so that this is about what is seen.
        hopeless = np.max(found) > tolerance * _FALLS ** np.log2(_MOST / steps)
        if error[worst] <= tolerance or hopeless or 2 * steps > _MOST:
            return Interpolation(_grid(x, steps), float(error[worst]), worst)
        finer = np.empty((len(values), 2 * (steps + _BEYOND) + 1))
        finer[:, 1::2] = values[:, 2:-2]
        finer[:, 0::2] = middles
        values, steps = finer, 2 * steps


def error_on(grid: Grid, of: Callable[[Node], Node], x: Observable, points: Points, integral: Node) -> float:
    """The largest error of a grid at points of the parameters, as `interpolation` judges it."""
    shape, steps = of(x.node), grid.points - 1 - 2 * _BEYOND
    values = _values(shape, x, points, np.arange(-_BEYOND, steps + _BEYOND + 1) / steps)
    middles = _values(shape, x, points, (np.arange(steps) + 0.5) / steps)
    found, wrong = _error(values, middles, _exact(integral, points), x.width / steps)
    return float(np.max(np.where(wrong, np.fmax(found, 1.0), found)))


def _grid(x: Observable, steps: int) -> Grid:
    beyond = _BEYOND * x.width / steps
    return Grid(x.low - beyond, x.high + beyond, steps + 1 + 2 * _BEYOND)


def _exact(integral: Node, points: Points) -> Array:
    found = np.broadcast_to(evaluate_at([integral], points)[0], (count(points), 1))
    return np.asarray(found[:, 0])


def _values(shape: Node, x: Observable, points: Points, places: Array) -> Array:
    """Values (points, places) at fractions of the way between the bounds."""
    found = np.empty((count(points), places.size))
    at = (x.low + x.width * places)[None, :]
    for begin in range(0, places.size, _BATCH):
        some = at[:, begin : begin + _BATCH]
        found[:, begin : begin + _BATCH] = evaluate_at([shape], points, {x.name: some})[0]
    return found


def _error(values: Array, middles: Array, exact: Array, step: float) -> tuple[Array, NDArray[np.bool_]]:
    """The error relative to the largest value, at every point, and whether a peak or a tail is not met."""
    windows = np.lib.stride_tricks.sliding_window_view(values, STENCIL, axis=1)
    found = windows @ WEIGHTS[0][:, 0]
    largest = np.maximum(np.max(np.abs(values), axis=1), np.max(np.abs(middles), axis=1))
    integral = step * np.sum(windows @ _cell_weights(), axis=1)
    with np.errstate(all="ignore"):
        error = np.max(np.abs(found - middles), axis=1) / largest
        missed = np.abs(integral - exact) > _MISSED * np.abs(exact)
        seen = np.abs(middles) > _SMALL * largest[:, None]
        far_off = np.any(seen & (np.abs(found - middles) > 0.5 * np.abs(middles)), axis=1)
    # Where there is nothing to interpolate, the survey of densities says so.
    return np.where(np.isnan(error), 0.0, error), missed | far_off


def _cell_weights() -> Array:
    """What each point of a stencil contributes to the integral over its middle step."""
    integrals = polynomial.polyint(WEIGHTS[0], axis=1).T
    return np.asarray(polynomial.polyval(0.5, integrals) - polynomial.polyval(-0.5, integrals))
