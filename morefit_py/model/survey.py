"""A look at every density over the limits of its parameters, before any fit.

Each density is evaluated at the corners of its parameters' limits that leave it room, and on a grid of
its observables:
this finds densities that are negative or cannot be normalised, and tells whether the plain sum of a
mixture is safe or needs log-sum-exp.
"""

from __future__ import annotations

import math

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node
from morefit_py.graph.node import leaves
from morefit_py.graph.op import Op
from morefit_py.model.model import Model
from morefit_py.pdfs.composition.mixture import Mixture
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.integration.corners import (
    columns_of,
    corner_points,
    count,
    describe,
    evaluate_at,
    inside_room,
)
from morefit_py.pdfs.parts import log_sum

_EVALUATIONS = 4096
_ROWS = 33, 129
# What rounding alone may leave where a density touches zero, relative to its largest value.
_ROUNDING = 1e-12


def check_densities(model: Model) -> None:
    """Raises ModelError for a density that is negative, or a normalisation that vanishes, and where."""
    for channel, mixture in model.channels.items():
        for term in mixture.terms:
            where = f"channel {channel!r}, component {term.name!r} ({term.density.type})"
            _check(where, term.density)
            if term.expected is not None:
                _check_yield(where, term.expected)


def never_underflows(mixture: Mixture) -> bool:
    """Whether plain sums are safe: every normalisation exists and one density stays above underflow."""
    return log_sum.never_underflows([term.density for term in mixture.terms])


def _check(where: str, density: Density) -> None:
    points = inside_room(corner_points(density.parameters), density.room())
    corners = count(points)
    size = min(max(_EVALUATIONS // corners, _ROWS[0]), _ROWS[1])
    columns = columns_of((*density.observables, *density.given), size)
    rows = next(iter(columns.values())).size
    normalisation, shape = evaluate_at([density.log_integral(), density.shape()], points, columns)
    bad = ~np.all(np.isfinite(np.broadcast_to(normalisation, (corners, rows))), axis=1)
    grid = np.broadcast_to(shape, (corners, rows))
    largest = np.max(np.abs(grid), axis=1, keepdims=True)
    # Not `grid < ...`, so that NaN is found as well.
    wrong = ~(grid >= -_ROUNDING * largest)
    if wrong.any():
        corner, row = (int(index) for index in np.argwhere(wrong)[0])
        at = ", ".join(f"{name} = {values[0, row]:g}" for name, values in columns.items())
        value = f"negative ({grid[corner, row]:g})" if grid[corner, row] < 0 else "not a number"
        raise ModelError(
            f"{where}: the density is {value} at {at} with {describe(points, corner)}; "
            "narrow the limits so that it stays positive"
        )
    if bad.any():
        at = describe(points, int(np.argmax(bad)))
        raise ModelError(f"{where}: its normalisation vanishes or is not finite at {at}; narrow the limits")


def _check_yield(where: str, expected: Node) -> None:
    points = corner_points([node.parameter for node in leaves([expected], Op.PARAM)])
    value = np.broadcast_to(evaluate_at([expected], points)[0], (count(points), 1))[:, 0]
    if not (np.all(np.isfinite(value)) and np.all(value >= 0)):
        worst = int(np.argmin(np.where(np.isfinite(value), value, -math.inf)))
        raise ModelError(
            f"{where}: its yield is {value[worst]:g} at {describe(points, worst)}; "
            "a yield cannot be negative, so give its parameters limits that keep it >= 0"
        )
