"""The Newton search as a dialogue: it yields trial points and is sent their evaluations.

Nothing here calls the likelihood, so one search or a batch of them in lockstep run the same code.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from morefit_py.fit.minimum import EDM_GOAL
from morefit_py.fit.objective import Matrix, Vector
from morefit_py.fit.problem import Evaluation, finite
from morefit_py.fit.scaling import curvatures
from morefit_py.fit.trust_region import SINGULAR, ball_step, box_step, change, newton_step

NOISE: Final = 10 * float(np.finfo(np.float64).eps)
"""Rounding of the NLL relative to its absolute value, below which a decrease means nothing."""
PART: Final = 0.4
"""Part of the way to a distant limit that one step may cover."""
STILL: Final = 1e-6
"""Squared scaled gradient below which a point with falling curvature is taken as a saddle."""
FLATTEST: Final = 0.02
"""Smallest curvature assumed near a saddle, relative to the largest."""
PATIENCE: Final = 3
"""Steps without progress after which a point inside the EDM goal is taken as the numerical minimum."""


@dataclass(frozen=True, slots=True)
class Descent:
    """Where the search ended: the point, its evaluation to second order and the EDM (inf: no minimum)."""

    x: Vector
    evaluation: Evaluation
    edm: float
    converged: bool
    message: str


@dataclass(frozen=True, slots=True)
class State:
    """A point with its derivatives in variables scaled by curvature.

    `newton` is the full step where nothing is held at a limit; `edm` is inf where the Hessian of the
    variables not held is not positive definite, and `flat` then says that it is only singular.
    """

    x: Vector
    evaluation: Evaluation
    curvature: Vector
    scale: Vector
    gradient: Vector
    hessian: Matrix
    newton: Vector | None
    edm: float
    flat: bool


def descend(
    x: Vector, first: Evaluation, lower: Vector, upper: Vector, tol: float, offset: float
) -> Generator[Vector, Evaluation, Descent]:
    """Searches the minimum from `x` until the EDM is below `tol`, all arrays (F,).

    `offset` is the absolute NLL that was subtracted from the values sent, for the size of their rounding.
    """
    bounded = bool(np.isfinite(lower).any() or np.isfinite(upper).any())
    state = _assess(x, first, lower, upper, bounded, None)
    radius = first_radius(state)
    stalls = 0
    while True:
        if state.edm < tol:
            return _ended(state, True, f"the EDM is {state.edm:.1e}")
        if state.flat:
            return _ended(state, False, "the Hessian is singular: the NLL is flat along a direction")
        trial, step, gain = _propose(state, lower, upper, bounded, radius)
        length = sqrt(step @ step)
        if bool((trial == state.x).all()) or radius < 1e-12:
            at_floor = state.edm < EDM_GOAL
            return _ended(state, at_floor, f"no step lowers the NLL any more, at an EDM of {state.edm:.1e}")
        evaluation = yield trial
        if not finite(evaluation):
            radius = 0.25 * length
            continue
        value = state.evaluation[0]
        actual = value - evaluation[0]
        noise = NOISE * (abs(offset + value) + abs(value))
        ratio = (actual + noise) / (gain + noise)
        accepted = ratio > 1e-4
        new = None
        if accepted or (state.edm < 1.0 and actual > -0.1):
            new = _assess(trial, evaluation, lower, upper, bounded, state.curvature)
            # Within about an error of the minimum the gradient is more precise than the value, and decides.
            accepted = accepted or new.edm < 0.25 * state.edm
        if new is not None and state.edm < EDM_GOAL:
            progress = accepted and (actual > 10 * noise or new.edm < 0.5 * state.edm)
            stalls = 0 if progress else stalls + 1
            if stalls >= PATIENCE:
                best = new if accepted and new.edm < state.edm else state
                return _ended(best, True, f"the EDM is {best.edm:.1e}, the numerical precision of the NLL")
        radius = _next_radius(radius, length, ratio, actual, gain, float(state.gradient @ step))
        if accepted and new is not None:
            scaled = (new.x - state.x) / new.scale
            radius *= sqrt(scaled @ scaled) / length
            state = new


def _assess(
    x: Vector, evaluation: Evaluation, lower: Vector, upper: Vector, bounded: bool, before: Vector | None
) -> State:
    _, slope, bend = evaluation
    assert slope is not None
    assert bend is not None
    curvature = curvatures(x, slope, bend)
    if before is not None:
        # Next to an inflection the curvature says nothing about the size of a variable; the last one does.
        curvature = np.maximum(curvature, 0.1 * before)
    scale = 1.0 / np.sqrt(curvature)
    gradient = slope * scale
    hessian = bend * scale * scale[:, None]
    held = _held(x, slope, lower, upper) if bounded else None
    if held is None or not held.any():
        newton = newton_step(hessian, gradient)
        inner, slopes, step = hessian, gradient, newton
    else:
        index = np.flatnonzero(~held)
        newton, inner, slopes = None, hessian[index[:, None], index], gradient[index]
        step = newton_step(inner, slopes)
    edm = np.inf if step is None else -0.5 * float(slopes @ step)
    flat = step is None and is_flat(inner, slopes)
    return State(x, evaluation, curvature, scale, gradient, hessian, newton, edm, flat)


def _held(x: Vector, slope: Vector, lower: Vector, upper: Vector) -> NDArray[np.bool_]:
    below, above = x <= lower, x >= upper
    # Mostly nothing is at a limit, and this is asked at every step.
    if not (below | above).any():
        return below
    return (below & (slope > 0.0)) | (above & (slope < 0.0))


def is_flat(hessian: Matrix, gradient: Vector) -> bool:
    """Whether nothing is left to gain although the Hessian is singular."""
    values, vectors = np.linalg.eigh(hessian)
    top = float(max(-values[0], values[-1]))
    if values[0] < -SINGULAR * top:
        return False
    slopes = gradient @ vectors
    null = values <= SINGULAR * top
    edm = 0.5 * float(np.sum(slopes[~null] ** 2 / values[~null]))
    return edm < EDM_GOAL * 1e-4 and float(np.abs(slopes[null]).max(initial=0.0)) < 1e-5


def first_radius(state: State) -> float:
    step = state.newton
    if step is None:
        values, vectors = np.linalg.eigh(state.hessian)
        sizes = np.abs(values)
        step = (state.gradient @ vectors) / np.maximum(sizes, 0.1 * max(float(sizes.max()), 1e-100))
    return min(max(1.0, sqrt(step @ step)), 8.0 * sqrt(step.size))


def _next_radius(
    radius: float, length: float, ratio: float, actual: float, gain: float, slope: float
) -> float:
    if ratio < 0.25:
        # The parabola through both values and the slope says where along the step the minimum lies.
        bend = -actual - slope
        fraction = -0.5 * slope / bend if bend > 0.0 else 0.25
        return length * min(0.5, max(0.1, fraction))
    if ratio > 0.75 and length > 0.8 * radius:
        return 3.0 * radius
    return radius


def _propose(
    state: State, lower: Vector, upper: Vector, bounded: bool, radius: float
) -> tuple[Vector, Vector, float]:
    """The trial point, the scaled step to it and the decrease that the quadratic predicts."""
    # On the saddle itself only the true curvature says where it falls.
    near_saddle = state.edm == np.inf and float(state.gradient @ state.gradient) > STILL
    bowl = _bowl(state.hessian) if near_saddle else state.hessian
    if bounded:
        low, high = (lower - state.x) / state.scale, (upper - state.x) / state.scale
        # A quadratic seldom holds up to a distant limit: a step covers only part of the way to it.
        near, far = np.where(low < -1.0, PART * low, low), np.where(high > 1.0, PART * high, high)
        step = box_step(bowl, state.gradient, near, far, radius, state.newton)
        trial = np.minimum(np.maximum(state.x + state.scale * step, lower), upper)
        down, up = step <= low, step >= high
        if (down | up).any():
            trial = np.where(down, lower, np.where(up, upper, trial))
    else:
        newton = state.newton
        inside = newton is not None and newton @ newton <= radius * radius
        step = newton if newton is not None and inside else ball_step(bowl, state.gradient, radius)
        trial = state.x + state.scale * step
    return trial, step, -change(state.hessian, state.gradient, step)


def _bowl(hessian: Matrix) -> Matrix:
    """The Hessian with every curvature made positive: a saddle is left along its falling directions with
    steps of the size of its curvatures (Dauphin et al., arXiv:1406.2572), not of the trust region's."""
    values, vectors = np.linalg.eigh(hessian)
    sizes = np.abs(values)
    return np.asarray((vectors * np.maximum(sizes, FLATTEST * sizes.max())) @ vectors.T)


def _ended(state: State, converged: bool, message: str) -> Descent:
    return Descent(state.x, state.evaluation, state.edm, converged, message)
