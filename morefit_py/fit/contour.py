"""Contours of the profile NLL in two parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np

from morefit_py.errors import FitError
from morefit_py.fit.crossing import crossing
from morefit_py.fit.drawing import figure
from morefit_py.fit.hesse import hesse, read_only
from morefit_py.fit.minos import best
from morefit_py.fit.objective import Matrix, Objective, Vector
from morefit_py.fit.problem import Tally
from morefit_py.fit.profile import continued
from morefit_py.fit.sandwich import Spread, corrected
from morefit_py.fit.start import index_of, starting_point

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from morefit_py.fit.result import FitResult


@dataclass(frozen=True, slots=True)
class Contour:
    """The points (n, 2) of a contour in order around the minimum, and what went wrong with some of them.

    A point beyond a limit lies on the limit; one that was not found is nan.
    """

    parameters: tuple[str, str]
    points: Matrix
    notes: tuple[str, ...]

    def plot(self, result: FitResult | None = None) -> Figure:
        """The contour, with the minimum of a result; raises MorefitError where matplotlib is missing."""
        return figure("contour", self, result)


def contour(
    objective: Objective,
    minimum: Vector | Mapping[str, float],
    parameters: tuple[str, str],
    cl: float = 0.68,
    points: int = 32,
    spread: Spread | None = None,
) -> Contour:
    """The line that two parameters cross with probability `1 - cl`: the profile NLL is `-log(1 - cl)` higher.

    That is half the quantile of a chi-squared with two degrees of freedom. Each point is the crossing along
    a ray from the minimum, the rays being equally spaced where the covariance makes the contour a circle.
    `spread` says how the gradient fluctuates where that is not by the Hessian, as for weighted events: the
    rise along a ray d is then that times d^T V^-1 d / d^T C^-1 d, V the plain and C the corrected covariance
    of the two (R. E. Chandler, S. Bate, Biometrika 94 (2007) 167). Raises FitError where `minimum` is none,
    for unknown or fixed parameters, or ones at a limit, and for a C that is not positive definite.
    """
    theta = starting_point(objective, minimum)
    pair = [index_of(objective, name, "contour") for name in parameters]
    if len(set(pair)) != 2 or objective.fixed[pair].any():
        raise FitError(f"contour: {' and '.join(parameters)} must be two different free parameters")
    if not 0.0 < cl < 1.0 or points < 3:
        raise FitError(f"contour: cl = {cl} must be between 0 and 1, and points = {points} at least 3")
    tally = Tally()
    whole = best(objective, theta, "contour", tally)
    _, gradient, hessian = whole
    assert gradient is not None
    assert hessian is not None
    found = hesse(objective, theta, gradient, hessian)
    for name in parameters:
        if name in found.at_limit:
            raise FitError(f"contour: {name} is at its limit, so nothing goes around the minimum")
    plain = found.covariance[np.ix_(pair, pair)]
    covariance = plain
    if spread is not None:
        covariance = corrected(found, spread.at(theta, hessian)).covariance[np.ix_(pair, pair)]
    try:
        axes = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        axes = np.full((2, 2), np.nan)
    if not np.isfinite(axes).all():
        raise FitError(f"contour: the covariance of {' and '.join(parameters)} is not positive definite")
    held = np.zeros(theta.size, dtype=bool)
    held[pair] = True
    free = np.flatnonzero(~(objective.fixed | held))
    line = np.empty((points, 2))
    notes: list[str] = []
    for k, angle in enumerate(np.linspace(0.0, 2.0 * np.pi, points, endpoint=False)):
        direction = np.zeros(theta.size)
        ray = axes @ [np.cos(angle), np.sin(angle)]
        direction[pair] = ray
        level = -log(1.0 - cl) * float(ray @ np.linalg.solve(plain, ray))
        start = continued(objective, theta, whole, free, direction, 0.0)
        end = crossing(objective, start, direction, held, level, tally)
        reached = end.outcome in ("found", "limit")
        line[k] = end.theta[pair] if reached else np.nan
        if end.outcome != "found":
            at = ", ".join(f"{name} = {end.theta[j]:g}" for name, j in zip(parameters, pair, strict=True))
            notes.append(f"contour: {end.outcome} at {at}")
    return Contour(parameters, read_only(line), tuple(notes))
