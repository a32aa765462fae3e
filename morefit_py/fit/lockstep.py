"""Many Newton searches in lockstep: the search of `descent`, on arrays over all that still go on.

Every search takes the steps it would take alone, to rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
from numpy.typing import NDArray

from morefit_py.fit import descent, stacked
from morefit_py.fit.descent import FLATTEST, NOISE, PART, PATIENCE, STILL, State
from morefit_py.fit.minimum import EDM_GOAL
from morefit_py.fit.objective import Matrix, Vector
from morefit_py.fit.stacked_steps import box_steps, changes

Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]
Evaluate = Callable[[Vector, Indices], tuple[Vector, Vector, Matrix]]
"""NLLs (A,), gradients (A, F) and Hessians (A, F, F) of A problems by number, at their rows of (A, F)."""

GOING: Final = -1
MESSAGES: Final = (
    "the EDM is below the tolerance",
    "the Hessian is singular: the NLL is flat along a direction",
    "no step lowers the NLL any more",
    "the EDM has reached the numerical precision of the NLL",
    "the limit of evaluations was reached",
    "the NLL or its derivatives are not finite at the start",
)
SMALL, FLAT, STUCK, PRECISE, SPENT, UNSTARTED = range(len(MESSAGES))


@dataclass(slots=True)
class Ends:
    """Where T searches ended: points (T, F), what was evaluated there, how often, and why (of MESSAGES)."""

    x: Vector
    value: Vector
    gradient: Vector
    hessian: Matrix
    converged: Flags
    why: NDArray[np.intp]
    evaluations: NDArray[np.intp]


@dataclass(slots=True)
class _Points:
    """A points with their derivatives in variables scaled by curvature, as `descent.State` has one."""

    x: Vector
    value: Vector
    slope: Vector
    bend: Matrix
    curvature: Vector
    scale: Vector
    gradient: Vector
    hessian: Matrix
    newton: Vector
    whole: Flags
    edm: Vector
    flat: Flags

    def take(self, kept: Indices | Flags) -> _Points:
        return _Points(*(getattr(self, entry.name)[kept] for entry in fields(self)))

    def put(self, where: Indices, other: _Points, taken: Flags) -> None:
        """Replace points by others, those of them that are `taken`."""
        for entry in fields(self):
            getattr(self, entry.name)[where[taken]] = getattr(other, entry.name)[taken]

    def one(self, i: int) -> State:
        return State(
            self.x[i],
            (float(self.value[i]), self.slope[i], self.bend[i]),
            self.curvature[i],
            self.scale[i],
            self.gradient[i],
            self.hessian[i],
            self.newton[i] if self.whole[i] else None,
            float(self.edm[i]),
            bool(self.flat[i]),
        )


def descend_together(
    evaluate: Evaluate, x: Vector, lower: Vector, upper: Vector, tol: float, budget: int
) -> Ends:
    """Searches T minima from `x` (T, F) within limits (F,), each until its EDM is below `tol`.

    A search that is at its end is evaluated no more. `budget` bounds the evaluations of each.
    """
    sets = np.arange(len(x))
    value, slope, bend = evaluate(x, sets)
    ends = Ends(
        x.copy(), value.copy(), slope.copy(), bend.copy(),
        np.zeros(len(x), dtype=bool), np.full(len(x), GOING), np.ones(len(x), dtype=np.intp),
    )  # fmt: skip
    sound = _finite(value, slope, bend)
    ends.why[~sound] = UNSTARTED
    sets = sets[sound]
    offset = value[sound]
    points = _assess(x[sound], value[sound] - offset, slope[sound], bend[sound], lower, upper, None)
    radius = _first_radius(points)
    stalls = np.zeros(len(sets), dtype=np.intp)
    while sets.size:
        trial, step, gain = _propose(points, lower, upper, radius, tol)
        length = np.sqrt(np.einsum("tj,tj->t", step, step))
        still = (trial == points.x).all(axis=1) | (radius < 1e-12)
        why = np.select(
            [points.edm < tol, points.flat, still, stalls >= PATIENCE, ends.evaluations[sets] >= budget],
            [SMALL, FLAT, STUCK, PRECISE, SPENT],
            GOING,
        )
        over = why != GOING
        if over.any():
            _end(ends, sets[over], points.take(over), offset[over], why[over])
            kept = ~over
            sets, points, offset = sets[kept], points.take(kept), offset[kept]
            radius, stalls, trial = radius[kept], stalls[kept], trial[kept]
            step, gain, length = step[kept], gain[kept], length[kept]
            if not sets.size:
                break
        value, slope, bend = evaluate(trial, sets)
        ends.evaluations[sets] += 1
        sound = _finite(value, slope, bend)
        slope, bend = np.where(sound[:, None], slope, 0.0), np.where(sound[:, None, None], bend, 1.0)
        value = np.where(sound, value - offset, np.inf)
        actual = points.value - value
        noise = NOISE * (np.abs(offset + points.value) + np.abs(points.value))
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = (actual + noise) / (gain + noise)
        accepted = sound & (ratio > 1e-4)
        seen = np.flatnonzero(sound & (accepted | ((points.edm < 1.0) & (actual > -0.1))))
        new = _assess(trial[seen], value[seen], slope[seen], bend[seen], lower, upper, points.curvature[seen])
        # Within about an error of the minimum the gradient is more precise than the value, and decides.
        accepted[seen] |= new.edm < 0.25 * points.edm[seen]
        close = points.edm[seen] < EDM_GOAL
        gained = (actual[seen] > 10 * noise[seen]) | (new.edm < 0.5 * points.edm[seen])
        stalled = np.where(accepted[seen] & gained, 0, stalls[seen] + 1)
        stalls[seen] = np.where(close, stalled, stalls[seen])
        after = _next_radius(radius, length, ratio, actual, points.gradient, step)
        radius = np.where(sound, after, 0.25 * length)
        taken = accepted[seen]
        # What ends for lack of progress keeps the better point.
        taken &= ~((stalls[seen] >= PATIENCE) & ~(new.edm < points.edm[seen]))
        moved = seen[taken]
        scaled = (new.x[taken] - points.x[moved]) / new.scale[taken]
        radius[moved] *= np.sqrt(np.einsum("tj,tj->t", scaled, scaled)) / length[moved]
        points.put(seen, new, taken)
    return ends


def _finite(value: Vector, slope: Vector, bend: Matrix) -> Flags:
    whole = np.isfinite(value) & np.isfinite(slope).all(axis=1)
    return np.asarray(whole & np.isfinite(bend).all(axis=(1, 2)))


def _end(ends: Ends, sets: Indices, points: _Points, offset: Vector, why: Indices) -> None:
    ends.x[sets], ends.value[sets] = points.x, points.value + offset
    ends.gradient[sets], ends.hessian[sets] = points.slope, points.bend
    ends.why[sets] = why
    at_floor = (why == STUCK) & (points.edm < EDM_GOAL)
    ends.converged[sets] = (why == SMALL) | (why == PRECISE) | at_floor


def _assess(
    x: Vector,
    value: Vector,
    slope: Vector,
    bend: Matrix,
    lower: Vector,
    upper: Vector,
    before: Vector | None,
) -> _Points:
    curvature = np.abs(np.diagonal(bend, axis1=1, axis2=2))
    if not curvature.all():
        own = 1.0 / np.where(x != 0.0, np.square(x), 1.0)
        stand_in = np.where(slope != 0.0, np.square(slope), own)
        curvature = np.where(curvature > 0.0, curvature, stand_in)
    if before is not None:
        curvature = np.maximum(curvature, 0.1 * before)
    scale = 1.0 / np.sqrt(curvature)
    gradient = slope * scale
    hessian = bend * scale[:, :, None] * scale[:, None, :]
    held = ((x <= lower) & (slope > 0.0)) | ((x >= upper) & (slope < 0.0))
    some = held.any(axis=1)
    inner, slopes = hessian, gradient
    if some.any():
        # A variable that is held leaves nothing but itself in its row and column.
        slopes = np.where(held, 0.0, gradient)
        inner = np.where(held[:, :, None] | held[:, None, :], 0.0, hessian)
        inner[held[:, :, None] & held[:, None, :] & np.eye(x.shape[1], dtype=bool)] = 1.0
    factor, good = stacked.cholesky(inner)
    half = stacked.solve_lower(factor, -slopes)
    edm = np.where(good, 0.5 * np.einsum("tj,tj->t", half, half), np.inf)
    flat = np.zeros(len(x), dtype=bool)
    for i in np.flatnonzero(~good):
        index = np.flatnonzero(~held[i])
        flat[i] = descent.is_flat(hessian[i][index[:, None], index], gradient[i][index])
    newton = stacked.solve_upper(factor, half)
    return _Points(
        x, value, slope, bend, curvature, scale, gradient, hessian, newton, good & ~some, edm, flat
    )


def _first_radius(points: _Points) -> Vector:
    size = points.x.shape[1]
    found = np.sqrt(np.einsum("tj,tj->t", points.newton, points.newton))
    found = np.minimum(np.maximum(1.0, found), 8.0 * np.sqrt(size))
    for i in np.flatnonzero(~points.whole).tolist():
        found[i] = descent.first_radius(points.one(i))
    return np.asarray(found)


def _next_radius(
    radius: Vector, length: Vector, ratio: Vector, actual: Vector, gradient: Vector, step: Vector
) -> Vector:
    slope = np.einsum("tj,tj->t", gradient, step)
    bend = -actual - slope
    with np.errstate(invalid="ignore", divide="ignore"):
        fraction = np.where(bend > 0.0, -0.5 * slope / bend, 0.25)
    shorter = length * np.clip(fraction, 0.1, 0.5)
    longer = np.where((ratio > 0.75) & (length > 0.8 * radius), 3.0 * radius, radius)
    return np.where(ratio < 0.25, shorter, longer)


def _propose(
    points: _Points, lower: Vector, upper: Vector, radius: Vector, tol: float
) -> tuple[Vector, Vector, Vector]:
    """Trial points (A, F), the scaled steps to them and the decreases that the quadratics predict."""
    low, high = (lower - points.x) / points.scale, (upper - points.x) / points.scale
    near, far = np.where(low < -1.0, PART * low, low), np.where(high > 1.0, PART * high, high)
    step = points.newton.copy()
    short = np.einsum("tj,tj->t", step, step) <= radius * radius
    inside = ((step >= near) & (step <= far)).all(axis=1)
    # Variables that are held have no step, and the others the Newton step of their own.
    plain = np.isfinite(points.edm) & short & inside
    others = np.flatnonzero(~(plain | points.flat | (points.edm < tol)))
    if others.size:
        bowl = _bowls(points.take(others))
        step[others] = box_steps(bowl, points.gradient[others], near[others], far[others], radius[others])
    trial = np.clip(points.x + points.scale * step, lower, upper)
    trial = np.where(step <= low, lower, np.where(step >= high, upper, trial))
    return trial, step, -changes(points.hessian, points.gradient, step)


def _bowls(points: _Points) -> Matrix:
    """The Hessians, those at saddles with every curvature made positive."""
    hessian = points.hessian
    steep = np.einsum("tj,tj->t", points.gradient, points.gradient) > STILL
    saddles = np.flatnonzero((points.edm == np.inf) & steep)
    if saddles.size:
        hessian = hessian.copy()
        values, vectors = np.linalg.eigh(hessian[saddles])
        sizes = np.abs(values)
        sizes = np.maximum(sizes, FLATTEST * sizes.max(axis=1, keepdims=True))
        hessian[saddles] = np.einsum("tij,tj,tkj->tik", vectors, sizes, vectors)
    return hessian
