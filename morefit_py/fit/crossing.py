"""Where the profile NLL has risen by a given amount along a direction: the root that MINOS needs."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from morefit_py.fit.objective import Objective, Vector
from morefit_py.fit.problem import Tally
from morefit_py.fit.profile import Profiled, profiled

DEEPER: Final = 1e-3
"""A profile NLL lower than the minimum by more than this is a new minimum, not rounding."""
CLOSE: Final = 0.002
"""Relative distance in NLL from which the last step needs no profile fit: its error is of third order."""
MAX_FITS: Final = 30


@dataclass(frozen=True, slots=True)
class Crossing:
    """The distance along the direction, in its units, and all parameters (P,) there.

    `outcome` is "found", "limit" (a limit comes first, and `distance` is up to there), "open" (the NLL
    never rises so far; `distance` is inf), "deeper" (`theta` has a lower NLL than the minimum) or "failed".
    """

    distance: float
    theta: Vector
    outcome: str
    fits: int


def crossing(
    objective: Objective,
    minimum: Profiled,
    direction: Vector,
    held: NDArray[np.bool_],
    level: float,
    tally: Tally,
) -> Crossing:
    """Finds the distance from `minimum` along `direction` (P,) where the profile NLL is `level` higher.

    `minimum` is the profile at the best fit, with its ridge along `direction`; the parameters `held` (P,)
    include all that move along it. Each step solves the
    parabola of exact value, slope and curvature, kept inside the bracket found so far.
    """
    origin, farthest = minimum.theta, _farthest(objective, minimum.theta, direction)
    if farthest <= 0.0:
        return Crossing(0.0, origin, "limit", 0)
    at, here = 0.0, minimum
    inner, outer = 0.0, inf
    unit = _parabola(max(minimum.slope, 0.0), minimum.curvature, level)
    step = unit = unit if isfinite(unit) and unit > 0.0 else 0.1 * min(farthest, 1.0)
    for fits in range(1, MAX_FITS + 1):
        target = min(at + step, farthest)
        guess = here.theta + (target - at) * here.ridge
        guess[held] = origin[held] + target * direction[held]
        if target == farthest:
            guess = np.clip(guess, objective.lower, objective.upper)
        there = profiled(objective, guess, direction, held, minimum.nll, tally)
        if not there.valid:
            # Outside the region of the NLL, or too far for the prediction: come closer.
            outer = target
            step = 0.5 * (target - at)
            if step < 1e-3 * unit:
                return Crossing(target, there.theta, "failed", fits)
            continue
        at, here = target, there
        missing = level - (there.nll - minimum.nll)
        if missing > level + DEEPER:
            return Crossing(at, there.theta, "deeper", fits)
        step = _parabola(there.slope, there.curvature, missing)
        if abs(missing) < CLOSE * level and isfinite(step) and at + step <= farthest:
            return Crossing(at + step, there.theta + step * there.ridge, "found", fits)
        if missing > 0.0:
            if at == farthest:
                return Crossing(at, there.theta, "limit", fits)
            inner = at
        else:
            outer = at
        step = _kept_between(step, at, inner, outer)
        if at > 1e4 * unit:
            return Crossing(inf, there.theta, "open", fits)
    if outer == inf:
        return Crossing(inf, here.theta, "open", MAX_FITS)
    return Crossing(at, here.theta, "failed", MAX_FITS)


def _parabola(slope: float, curvature: float, missing: float) -> float:
    """The step after which `slope * t + curvature * t^2 / 2` has made up for what is missing; else nan."""
    root = slope * slope + 2.0 * curvature * missing
    if root < 0.0 or slope + sqrt(root) <= 0.0:
        return missing / slope if slope > 0.0 else float("nan")
    return 2.0 * missing / (slope + sqrt(root))


def _kept_between(step: float, at: float, inner: float, outer: float) -> float:
    """The step if it stays inside the bracket and is not out of proportion, else one that does and is not."""
    if outer < inf:
        inside = isfinite(step) and inner < at + step < outer
        return step if inside else 0.5 * (inner + outer) - at
    return min(step, 3.0 * at) if isfinite(step) and step > 0.0 else at


def _farthest(objective: Objective, theta: Vector, direction: Vector) -> float:
    """How far one can go along the direction before a parameter meets its limit."""
    distance = inf
    for i in np.flatnonzero(direction):
        limit = objective.upper[i] if direction[i] > 0.0 else objective.lower[i]
        distance = min(distance, float((limit - theta[i]) / direction[i]))
    return distance
