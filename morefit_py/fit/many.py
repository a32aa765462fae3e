"""The fits of many data sets of one model: together, and one at a time where that does not do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import FitError
from morefit_py.fit import stacked
from morefit_py.fit.degeneracy import SUSPICIOUS
from morefit_py.fit.lockstep import Ends, Evaluate, descend_together
from morefit_py.fit.minimise import minimise
from morefit_py.fit.minimum import EDM_GOAL, Settings
from morefit_py.fit.objective import Matrix, Vector
from morefit_py.fit.result import FitResult
from morefit_py.fit.sandwich import Spread
from morefit_py.fit.weights import SANDWICH
from morefit_py.likelihood.batch import BatchLikelihood

Flags = NDArray[np.bool_]
Told = Callable[[int], object]

RETRIES: Final = 3
"""Starts beside the first that a fit is given before it counts as failed."""
LARGE: Final = 300
"""Parameters from which on Hessians of every trial point are too large; L-BFGS-B goes without."""


@final
@dataclass(frozen=True, eq=False)
class BatchResult:
    """The fits of T data sets, of F free parameters.

    `values` and `errors` (T, F) are as `FitResult` has them: an error is nan at a limit. `attempts` (T,)
    counts the starts that each fit was given, and `messages` say why one is not `valid` (T,) after the last.
    `covariance` is (T, F, F), `nll`, `edm` and `evaluations` are (T,).
    """

    parameters: tuple[str, ...]
    values: Vector
    errors: Vector
    covariance: Matrix
    nll: Vector
    edm: Vector
    valid: Flags
    messages: tuple[str, ...]
    attempts: NDArray[np.intp]
    evaluations: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.valid)


def minimise_many(
    batch: BatchLikelihood,
    start: Vector | None = None,
    seeds: Sequence[int | Sequence[int]] | None = None,
    retries: int = RETRIES,
    tol: float = Settings().tol,
    told: Told | None = None,
) -> BatchResult:
    """Fits all data sets from `start`, (F,) or (T, F), by default the start values.

    Those that end at a plain minimum, inside all limits and well-conditioned, are judged together; every
    other one goes through `minimise`, with all its checks, and where that fails is started again from up to
    `retries` points around its start, drawn with its number of `seeds`, one a data set. `told` is called with
    the number of fits done since the last time. Raises FitError for a start outside the limits.
    """
    lower, upper, x = _posed(batch, start)
    size = len(batch.free)
    budget = 200 + 100 * size + 5 * size**2
    if size > LARGE:
        ends, plain = None, np.zeros(batch.sets, dtype=bool)
        rows = _Rows.unknown(batch.sets, size)
    else:
        ends = descend_together(_evaluated(batch), x, lower, upper, tol, budget)
        rows, plain = _judged(ends, lower, upper)
        if batch.weighted:
            _correct(batch, rows, plain)
    plain &= ~_flawed(batch, rows.values, plain)
    if told:
        told(int(plain.sum()))
    attempts = np.ones(batch.sets, dtype=np.intp)
    messages = [""] * batch.sets
    spread = _spread(rows.errors[plain], x)
    for number in np.flatnonzero(~plain).tolist():
        first = x[number] if ends is None or not ends.converged[number] else ends.x[number]
        bits = np.random.Philox(number if seeds is None else seeds[number])
        starts = _starts(first, x[number], spread, lower, upper, bits, retries)
        for attempt, point in enumerate(starts, start=1):
            attempts[number] = attempt
            messages[number] = rows.single(batch, number, point, tol)
            if rows.valid[number]:
                break
        if told:
            told(1)
    return BatchResult(
        parameters=tuple(parameter.name for parameter in batch.free),
        values=rows.values,
        errors=rows.errors,
        covariance=rows.covariance,
        nll=rows.nll,
        edm=rows.edm,
        valid=rows.valid,
        messages=tuple(messages),
        attempts=attempts,
        evaluations=rows.evaluations,
    )


@dataclass(slots=True)
class _Rows:
    """What is known of each fit so far."""

    values: Vector
    errors: Vector
    covariance: Matrix
    nll: Vector
    edm: Vector
    valid: Flags
    evaluations: NDArray[np.intp]

    @staticmethod
    def unknown(sets: int, size: int) -> _Rows:
        row = np.full(sets, np.nan)
        block = np.full((sets, size), np.nan)
        return _Rows(
            block,
            block.copy(),
            np.full((sets, size, size), np.nan),
            row,
            row.copy(),
            np.zeros(sets, dtype=bool),
            np.zeros(sets, dtype=np.intp),
        )

    def single(self, batch: BatchLikelihood, number: int, start: Vector, tol: float) -> str:
        """Fits one data set alone, puts down what comes of it, and returns why it is not valid, if so."""
        minimiser = "lbfgsb" if start.size > LARGE else "newton"
        names = [parameter.name for parameter in batch.free]
        try:
            result = minimise(
                batch.one(number),
                minimiser,
                tol=tol,
                start=dict(zip(names, start.tolist(), strict=True)),
                spread=_spread_of(batch, number),
            )
        except FitError as problem:
            return str(problem)
        self._put(number, result, names)
        return "; ".join(result.reasons)

    def _put(self, number: int, result: FitResult, names: list[str]) -> None:
        where = np.array([result.parameters.index(name) for name in names])
        self.values[number] = [result.values[name] for name in names]
        self.errors[number] = [result.errors[name] for name in names]
        self.covariance[number] = result.covariance[where[:, None], where]
        self.nll[number], self.edm[number], self.valid[number] = result.nll, result.edm, result.valid
        self.evaluations[number] += sum(result.calls.values())


def _posed(batch: BatchLikelihood, start: Vector | None) -> tuple[Vector, Vector, Vector]:
    """The limits (F,) and starts (T, F)."""
    lower = np.array([parameter.low for parameter in batch.free])
    upper = np.array([parameter.high for parameter in batch.free])
    given = np.array([parameter.init for parameter in batch.free]) if start is None else np.asarray(start)
    x = np.array(np.broadcast_to(given, (batch.sets, len(batch.free))), dtype=np.float64)
    outside = ~((x >= lower) & (x <= upper))
    if outside.any():
        i, k = np.argwhere(outside)[0].tolist()
        raise FitError(
            f"start: {batch.free[k].name} = {x[i, k]:g} of data set {i} is outside its limits "
            f"[{lower[k]:g}, {upper[k]:g}]; move the start inside or widen the limits"
        )
    return lower, upper, x


def _evaluated(batch: BatchLikelihood) -> Evaluate:
    def evaluate(x: Vector, sets: NDArray[np.intp]) -> tuple[Vector, Vector, Matrix]:
        value, gradient, hessian = batch.evaluate(x, sets, 2)
        assert gradient is not None
        assert hessian is not None
        return value, gradient, hessian

    return evaluate


def _judged(ends: Ends, lower: Vector, upper: Vector) -> tuple[_Rows, Flags]:
    """Errors of all that converged, and which of them need no closer look."""
    rows = _Rows.unknown(*ends.x.shape)
    rows.values, rows.nll, rows.evaluations = ends.x, ends.value, ends.evaluations
    held = np.flatnonzero(ends.converged & ~_near_limit(ends, lower, upper))
    hessian, gradient = ends.hessian[held], ends.gradient[held]
    diagonal = np.diagonal(hessian, axis1=1, axis2=2)
    curved = (diagonal > 0.0).all(axis=1)
    held, hessian, gradient, diagonal = held[curved], hessian[curved], gradient[curved], diagonal[curved]
    scale = 1.0 / np.sqrt(diagonal)
    scaled = hessian * scale[:, :, None] * scale[:, None, :]
    factor, good = stacked.cholesky(scaled)
    spectrum = np.linalg.eigvalsh(scaled)
    with np.errstate(divide="ignore", invalid="ignore"):
        good &= spectrum[:, -1] < SUSPICIOUS * spectrum[:, 0]
    half = stacked.solve_lower(factor, gradient * scale)
    edm = 0.5 * np.einsum("tj,tj->t", half, half)
    good &= edm < EDM_GOAL
    held = held[good]
    covariance = stacked.inverse(factor[good]) * scale[good][:, :, None] * scale[good][:, None, :]
    rows.covariance[held] = covariance
    rows.errors[held] = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    rows.edm[held], rows.valid[held] = edm[good], True
    return rows, rows.valid.copy()


def _correct(batch: BatchLikelihood, rows: _Rows, plain: Flags) -> None:
    """Covariances of weighted data: H^-1 D H^-1, as `sandwich` has them."""
    held = np.flatnonzero(plain)
    inverse = rows.covariance[held]
    covariance = inverse @ batch.score_products(rows.values[held], held) @ inverse
    rows.covariance[held] = 0.5 * (covariance + covariance.transpose(0, 2, 1))
    with np.errstate(invalid="ignore"):
        rows.errors[held] = np.sqrt(np.diagonal(rows.covariance[held], axis1=1, axis2=2))


def _spread_of(batch: BatchLikelihood, number: int) -> Spread | None:
    """How the gradient of a data set's NLL fluctuates; None where its errors are those of the Hessian."""
    if not batch.weighted:
        return None
    one = batch.one(number)
    return Spread(SANDWICH, "", lambda theta, hessian: one.score_products(theta))


def _near_limit(ends: Ends, lower: Vector, upper: Vector) -> Flags:
    """Whether a parameter is at a limit, or would be but for less than the EDM goal, as `hesse` has it."""
    near = np.zeros(len(ends.x), dtype=bool)
    curvature = np.maximum(np.diagonal(ends.hessian, axis1=1, axis2=2), 0.0)
    for limit, outward in ((lower, ends.gradient), (upper, -ends.gradient)):
        room = np.abs(ends.x - limit)
        with np.errstate(invalid="ignore"):
            stays = (outward * room < EDM_GOAL) & (outward > curvature * room)
        near |= (np.isfinite(room) & (stays | (room == 0.0))).any(axis=1)
    return near


def _flawed(batch: BatchLikelihood, values: Vector, plain: Flags) -> Flags:
    """Which of the fits that are plain otherwise end where a density is negative somewhere."""
    found = np.zeros(len(plain), dtype=bool)
    if batch.suspects:
        names = [parameter.name for parameter in batch.free]
        for number in np.flatnonzero(plain).tolist():
            one = batch.one(number)
            theta = one.initial
            theta[[one.parameters.index(name) for name in names]] = values[number]
            found[number] = bool(one.flaws(theta))
    return found


def _spread(errors: Vector, x: Vector) -> Vector:
    """How far apart starts are tried: the usual error, or a part of the start where there is none yet."""
    if len(errors):
        return np.asarray(np.median(errors, axis=0))
    size = np.abs(x).mean(axis=0)
    return 0.1 * np.where(size > 0.0, size, 1.0)


def _starts(
    first: Vector,
    start: Vector,
    spread: Vector,
    lower: Vector,
    upper: Vector,
    bits: np.random.Philox,
    retries: int,
) -> list[Vector]:
    """The points a single fit is started from, one after the other."""
    generator = np.random.Generator(bits)
    drawn = start + 2.0 * spread * generator.standard_normal((retries, start.size))
    return [first, *np.clip(drawn, lower, upper)]
