"""The step of a trust-region method: the minimum of a quadratic inside a ball and a box.

All vectors here are in scaled variables, where every curvature is of order one. The ball is the exact
subproblem of More and Sorensen, SIAM J. Sci. Stat. Comput. 4 (1983) 553, by eigendecomposition.
"""

from __future__ import annotations

from math import sqrt
from typing import Final

import numpy as np

from morefit_py.fit.objective import Matrix, Vector

SINGULAR: Final = 1e-11
"""An eigenvalue below this fraction of the largest carries no information: a flat direction."""


def newton_step(hessian: Matrix, gradient: Vector) -> Vector | None:
    """The step to the minimum of the quadratic, or None where it is not safely positive definite."""
    try:
        factor = np.linalg.cholesky(hessian)
    except np.linalg.LinAlgError:
        return None
    pivot = factor.diagonal()
    # The smallest pivot is the variance left to a variable once those before it are known.
    if not bool((pivot * pivot > SINGULAR * hessian.diagonal()).all()):
        return None
    step: Vector = np.linalg.solve(hessian, -gradient).astype(np.float64, copy=False)
    return step


def ball_step(hessian: Matrix, gradient: Vector, radius: float) -> Vector:
    """The minimum of `g.s + s.H.s/2` over `|s| <= radius`, for any symmetric H."""
    values, vectors = np.linalg.eigh(hessian)
    slopes = gradient @ vectors
    return vectors @ _diagonal_step(values, slopes, radius)


def _diagonal_step(values: Vector, slopes: Vector, radius: float) -> Vector:
    top = float(max(-values[0], values[-1]))
    norm = sqrt(slopes @ slopes)
    lowest = float(values[0])
    if lowest > SINGULAR * top:
        step = -slopes / values
        if step @ step <= radius * radius:
            return step
    floor = max(0.0, -lowest)
    gaps = values + floor
    near = gaps <= SINGULAR * max(top, 1e-300)
    if sqrt(slopes[near] @ slopes[near]) <= 1e-12 * norm:
        # The hard case: the gradient says nothing about the lowest directions.
        step = np.where(near, 0.0, -slopes / np.where(near, 1.0, gaps))
        room = radius * radius - step @ step
        if room >= 0.0:
            if lowest < -SINGULAR * top:
                step[0] += sqrt(room)
            return step
        slopes = np.where(near, 0.0, slopes)
    return _secular(values, slopes, radius, floor)


def _secular(values: Vector, slopes: Vector, radius: float, floor: float) -> Vector:
    """The shift whose step has the length `radius`, by Newton on `1/radius - 1/|s|`, concave and monotone."""
    shift = max(float((np.abs(slopes) / radius - values).max()), floor)
    step = slopes
    for _ in range(60):
        shifted = values + shift
        shifted[shifted <= 0.0] = 1e-300
        step = -slopes / shifted
        length = sqrt(step @ step)
        if abs(length - radius) <= 1e-6 * radius:
            break
        shift += length * length / float(step @ (step / shifted)) * (length - radius) / radius
    return step * (radius / length)


def box_step(
    hessian: Matrix, gradient: Vector, lower: Vector, upper: Vector, radius: float, newton: Vector | None
) -> Vector:
    """The step inside the ball and `lower <= s <= upper`, hitting bounds one at a time.

    `newton` is the unconstrained step if H is positive definite. A variable at a bound whose gradient
    pushes it outward stays; one whose step leaves the box goes to its bound and the rest is solved again.
    Where that loses to the projected-gradient step (the Cauchy point), the latter is taken.
    """
    if newton is not None and newton @ newton <= radius * radius and _within(newton, lower, upper):
        return newton
    free = ~(((lower >= 0.0) & (gradient > 0.0)) | ((upper <= 0.0) & (gradient < 0.0)))
    step = np.zeros_like(gradient)
    slope = gradient
    room = radius * radius
    hits = 0
    while free.any() and room > 0.0:
        index = np.flatnonzero(free)
        whole = index.size == gradient.size
        part = slope if whole else slope[index]
        block = hessian if whole else hessian[index[:, None], index]
        trial = newton if whole and newton is not None else newton_step(block, part)
        if trial is None or trial @ trial > room:
            trial = ball_step(block, part, sqrt(room))
        low, high = lower[index], upper[index]
        out = np.flatnonzero((trial < low) | (trial > high))
        if out.size == 0:
            step[index] = trial
            break
        bound = np.where(trial[out] < 0.0, low[out], high[out])
        first = int(np.argmin(bound / trial[out]))
        hit, distance = index[out[first]], float(bound[first])
        step[hit] = distance
        free[hit] = False
        slope = slope + hessian[:, hit] * distance
        room -= distance * distance
        hits += 1
    if hits:
        cauchy = _cauchy_step(hessian, gradient, lower, upper, radius)
        if change(hessian, gradient, cauchy) < change(hessian, gradient, step):
            return cauchy
    return step


def _within(step: Vector, lower: Vector, upper: Vector) -> bool:
    return bool(((lower <= step) & (step <= upper)).all())


def _cauchy_step(hessian: Matrix, gradient: Vector, lower: Vector, upper: Vector, radius: float) -> Vector:
    length = radius / max(sqrt(gradient @ gradient), 1e-300)
    for _ in range(40):
        step = np.minimum(np.maximum(-length * gradient, lower), upper)
        if change(hessian, gradient, step) <= 0.1 * float(gradient @ step):
            break
        length *= 0.5
    return step


def change(hessian: Matrix, gradient: Vector, step: Vector) -> float:
    """What the quadratic predicts a step does to the NLL."""
    return float(step @ (gradient + 0.5 * (hessian @ step)))
