"""The trust-region steps of `trust_region`, for a stack of T problems at once.

A variable that is not free leaves nothing but itself in its row and column of the Hessian, with no slope, so
that it has no step and the others have theirs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from morefit_py.fit import stacked
from morefit_py.fit.objective import Matrix, Vector
from morefit_py.fit.trust_region import SINGULAR

Flags = NDArray[np.bool_]


def ball_steps(hessian: Matrix, gradient: Vector, radius: Vector) -> Vector:
    """The minima of `g.s + s.H.s/2` over `|s| <= radius` (T,), for any symmetric H (T, F, F)."""
    values, vectors = np.linalg.eigh(hessian)
    slopes = np.einsum("tij,ti->tj", vectors, gradient)
    top, lowest = np.maximum(-values[:, 0], values[:, -1]), values[:, 0]
    norm = np.sqrt(_square(slopes))
    positive = lowest > SINGULAR * top
    step = np.where(positive[:, None], -slopes / np.where(positive[:, None], values, 1.0), 0.0)
    done = positive & (_square(step) <= radius * radius)
    floor = np.maximum(0.0, -lowest)
    gaps = values + floor[:, None]
    near = gaps <= SINGULAR * np.maximum(top, 1e-300)[:, None]
    # The hard case: the gradient says nothing about the lowest directions.
    hard = ~done & (np.sqrt(_square(np.where(near, slopes, 0.0))) <= 1e-12 * norm)
    if hard.any():
        slopes = np.where(near & hard[:, None], 0.0, slopes)
        inside = np.where(near, 0.0, -slopes / np.where(near, 1.0, gaps))
        room = radius * radius - _square(inside)
        hard &= room >= 0.0
        inside[:, 0] += np.where(lowest < -SINGULAR * top, np.sqrt(np.maximum(room, 0.0)), 0.0)
        step, done = np.where(hard[:, None], inside, step), done | hard
    left = np.flatnonzero(~done)
    if left.size:
        step[left] = _secular(values[left], slopes[left], radius[left], floor[left])
    return np.asarray(np.einsum("tij,tj->ti", vectors, step))


def _secular(values: Vector, slopes: Vector, radius: Vector, floor: Vector) -> Vector:
    """The shifts whose steps have the length `radius`, by Newton on `1/radius - 1/|s|`."""
    shift = np.maximum((np.abs(slopes) / radius[:, None] - values).max(axis=1), floor)
    for _ in range(60):
        shifted = values + shift[:, None]
        shifted[shifted <= 0.0] = 1e-300
        step = -slopes / shifted
        length = np.sqrt(_square(step))
        going = np.abs(length - radius) > 1e-6 * radius
        if not going.any():
            break
        change = length * length / np.einsum("tj,tj->t", step, step / shifted) * (length - radius) / radius
        shift = np.where(going, shift + change, shift)
    return np.asarray(step * (radius / length)[:, None])


def box_steps(hessian: Matrix, gradient: Vector, lower: Vector, upper: Vector, radius: Vector) -> Vector:
    """The steps inside the balls and `lower <= s <= upper` (T, F), hitting bounds one at a time."""
    free = ~(((lower >= 0.0) & (gradient > 0.0)) | ((upper <= 0.0) & (gradient < 0.0)))
    step, slope, room = np.zeros_like(gradient), gradient.copy(), radius * radius
    hits = np.zeros(len(gradient), dtype=np.intp)
    going = np.flatnonzero(free.any(axis=1) & (room > 0.0))
    while going.size:
        trial = _inside_ball(hessian[going], slope[going], free[going], room[going])
        low, high = lower[going], upper[going]
        out = free[going] & ((trial < low) | (trial > high))
        stays = ~out.any(axis=1)
        step[going[stays]] = np.where(free[going[stays]], trial[stays], step[going[stays]])
        rows, trial, out = going[~stays], trial[~stays], out[~stays]
        bound = np.where(trial < 0.0, low[~stays], high[~stays])
        part = np.where(out, bound / np.where(out, trial, 1.0), np.inf)
        hit = part.argmin(axis=1)
        distance = bound[np.arange(len(rows)), hit]
        step[rows, hit], free[rows, hit] = distance, False
        slope[rows] += hessian[rows, :, hit] * distance[:, None]
        room[rows] -= distance * distance
        hits[rows] += 1
        going = rows[free[rows].any(axis=1) & (room[rows] > 0.0)]
    rows = np.flatnonzero(hits)
    if rows.size:
        cauchy = _cauchy_steps(hessian[rows], gradient[rows], lower[rows], upper[rows], radius[rows])
        better = changes(hessian[rows], gradient[rows], cauchy) < changes(
            hessian[rows], gradient[rows], step[rows]
        )
        step[rows[better]] = cauchy[better]
    return step


def _inside_ball(hessian: Matrix, slope: Vector, free: Flags, room: Vector) -> Vector:
    """Newton's steps of the free variables, or the best inside the ball where they do not do."""
    slope = np.where(free, slope, 0.0)
    block = np.where(free[:, :, None] & free[:, None, :], hessian, 0.0)
    diagonal = np.arange(free.shape[1])
    block[:, diagonal, diagonal] += ~free
    factor, good = stacked.cholesky(block)
    trial = stacked.solve_upper(factor, stacked.solve_lower(factor, -slope))
    ball = np.flatnonzero(~(good & (_square(trial) <= room)))
    if ball.size:
        trial[ball] = ball_steps(block[ball], slope[ball], np.sqrt(room[ball]))
    return trial


def _cauchy_steps(hessian: Matrix, gradient: Vector, lower: Vector, upper: Vector, radius: Vector) -> Vector:
    length = radius / np.maximum(np.sqrt(_square(gradient)), 1e-300)
    for _ in range(40):
        step = np.clip(-length[:, None] * gradient, lower, upper)
        fine = changes(hessian, gradient, step) <= 0.1 * np.einsum("tj,tj->t", gradient, step)
        if fine.all():
            break
        length = np.where(fine, length, 0.5 * length)
    return step


def changes(hessian: Matrix, gradient: Vector, step: Vector) -> Vector:
    """What the quadratics predict steps do to the NLLs (T,)."""
    bent = np.einsum("tij,tj->ti", hessian, step)
    return np.asarray(np.einsum("tj,tj->t", step, gradient + 0.5 * bent))


def _square(stack: Vector) -> Vector:
    return np.asarray(np.einsum("tj,tj->t", stack, stack))
