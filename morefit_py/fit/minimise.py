"""From an objective to a fit result: minimiser, exact check of its minimum, errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from time import perf_counter
from typing import Any

import numpy as np

from morefit_py.errors import FitError
from morefit_py.fit.degeneracy import vanishing
from morefit_py.fit.hesse import PLAIN, Hesse, hesse
from morefit_py.fit.minimisers import minimiser as minimiser_called
from morefit_py.fit.minimum import EDM_GOAL, Minimiser, Minimum, Settings
from morefit_py.fit.minos import Minos
from morefit_py.fit.minos import minos as minos_errors
from morefit_py.fit.objective import Judge, Objective, Vector
from morefit_py.fit.problem import Callback, Problem, StopError
from morefit_py.fit.result import FitResult
from morefit_py.fit.sandwich import Spread, corrected
from morefit_py.fit.start import index_of, pose


def minimise(
    objective: Objective,
    minimiser: str = "newton",
    minos: bool | Sequence[str] = False,
    tol: float = 1e-10,
    max_calls: int | None = None,
    start: Vector | Mapping[str, float] | None = None,
    progress: Callback | None = None,
    provenance: Mapping[str, Any] | None = None,
    backend: str = "",
    units: Mapping[str, str] | None = None,
    latex: Mapping[str, str] | None = None,
    spread: Spread | None = None,
) -> FitResult:
    """Fits the free parameters and says whether the point found is a valid minimum.

    `minos` asks for MINOS errors of all free parameters or of some by name. `tol` is the EDM at which the
    minimiser stops; validity is decided afterwards from the exact gradient and Hessian, against the goal
    of 1e-4, whatever the minimiser claims. A minimiser that ends above the goal is started once more from
    there and never replaced by another. `start` has all P parameters, or some by name. `progress` is told
    of each evaluation and ends the fit by returning True. `backend`, `provenance`, `units` and `latex` go
    into the result as they are. `spread` says how the gradient fluctuates where that is not by the Hessian,
    as for weighted events: errors follow it, what makes a minimum valid does not. Raises FitError where the
    fit cannot start.
    """
    begin = perf_counter()
    if not 0.0 < tol < np.inf:
        raise FitError(f"tol: {tol} is not a positive EDM; 1e-10 is the default")
    search, settings = minimiser_called(minimiser), Settings(tol)
    asked = _asked(objective, minos)
    problem = pose(objective, start, max_calls, progress)
    ready = perf_counter()
    try:
        end = _checked(search, problem, settings)
        if end.short_of_goal and not end.exact and not end.stopped:
            end = _checked(search, problem.restarted(end.minimum.theta), settings)
    except KeyboardInterrupt as interrupt:
        best = np.inf if problem.tally.best is None else problem.tally.lowest + problem.offset
        interrupt.add_note(
            f"the fit was interrupted after {problem.tally.total} calls, at an NLL of {best:.6f}"
        )
        raise
    found = perf_counter()
    reasons = _reasons(end)
    if isinstance(objective, Judge):
        reasons = (*objective.flaws(end.minimum.theta), *reasons)
    errors: Minos | None = None
    if asked and not reasons:
        errors = minos_errors(objective, end.minimum.theta, asked, spread=spread)
        if errors.deeper is not None:
            theta, nll = errors.deeper
            where = ", ".join(
                f"{n} = {v:g}" for n, v in zip(objective.parameters, theta.tolist(), strict=True)
            )
            depth = end.minimum.nll - nll
            reasons = (f"MINOS found an NLL lower by {depth:.3g} at {where}; fit again from there",)
    ended = perf_counter()
    end, said = _corrected(objective, end, spread)
    done = perf_counter()
    times = {
        "start": ready - begin,
        "minimise": found - ready,
        "minos": ended - found,
        "likelihood": problem.tally.seconds + (errors.seconds if errors else 0.0),
        "total": done - begin,
    }
    calls = problem.tally.calls() | ({"minos": errors.calls} if errors else {})
    extra = {
        "minimiser": minimiser,
        "backend": backend,
        "provenance": dict(provenance or {}),
        "units": dict(units or {}),
        "latex": dict(latex or {}),
        "covariance_type": PLAIN if spread is None else spread.name,
    }
    extra["notes"] = (*(errors.notes if errors else ()), *said)
    return _result(objective, end, errors, reasons, calls, times, extra)


@dataclass(frozen=True, slots=True)
class _End:
    """Where a minimiser stopped, with the exact picture there (None if nothing is finite)."""

    minimum: Minimum
    hesse: Hesse | None
    vanishing: tuple[str, ...]
    exact: bool
    stopped: bool

    @property
    def short_of_goal(self) -> bool:
        return self.hesse is not None and self.hesse.positive_definite and not self.hesse.edm < EDM_GOAL


def _corrected(objective: Objective, end: _End, spread: Spread | None) -> tuple[_End, tuple[str, ...]]:
    """The end with errors that follow the spread of the gradient, and what there is to say of them."""
    if spread is None:
        return end, ()
    if spread.of is None or end.hesse is None or end.minimum.hessian is None:
        return end, (spread.note,)
    found = corrected(end.hesse, spread.at(end.minimum.theta, end.minimum.hessian))
    lost = np.isfinite(end.hesse.errors) & ~np.isfinite(found.errors)
    names = ", ".join(objective.parameters[i] for i in np.flatnonzero(lost))
    said = (f"there are no errors of {names}: the gradient's spread is not positive",) if names else ()
    return replace(end, hesse=found), (spread.note, *said)


def _asked(objective: Objective, minos: bool | Sequence[str]) -> list[str]:
    if minos is True:
        return [name for name, fixed in zip(objective.parameters, objective.fixed, strict=True) if not fixed]
    names = [minos] if isinstance(minos, str) else list(minos or ())
    for name in names:
        if objective.fixed[index_of(objective, name, "minos")]:
            raise FitError(f"minos: {name} is fixed and has no error; free it or leave it out")
    return names


def _checked(search: Minimiser, problem: Problem, settings: Settings) -> _End:
    """Runs the minimiser, and has the last word on its minimum by the exact gradient and Hessian."""
    stopped = False
    try:
        minimum = search(problem, settings)
    except StopError as stop:
        stopped = True
        best = problem.start if problem.tally.best is None else problem.tally.best
        minimum = problem.minimum(best, (problem.tally.lowest, None, None), False, str(stop))
    exact = minimum.hessian is not None
    if not exact:
        minimum = problem.at(minimum)
    gradient, hessian = minimum.gradient, minimum.hessian
    assert gradient is not None
    assert hessian is not None
    sound = isfinite(minimum.nll) and bool(np.isfinite(gradient).all()) and bool(np.isfinite(hessian).all())
    picture = hesse(problem.objective, minimum.theta, gradient, hessian) if sound else None
    fading = vanishing(problem.objective, minimum, picture, problem.tally) if picture else ()
    return _End(minimum, picture, fading, exact, stopped)


def _reasons(end: _End) -> tuple[str, ...]:
    """Why the point is no valid minimum; empty if it is one."""
    picture, said = end.hesse, end.minimum.message
    if picture is None:
        return ("the NLL or its derivatives are not finite at the best point", said)
    reasons = []
    if picture.falling:
        along = ", ".join(picture.falling)
        reasons.append(
            f"the Hessian is not positive definite: the NLL falls off along {along} (a saddle point)"
        )
    if picture.flat:
        along = ", ".join(picture.flat)
        reasons.append(f"the Hessian is singular: the data say nothing about a direction along {along}")
    elif end.vanishing:
        along = ", ".join(end.vanishing)
        reasons.append(f"the curvature along {along} vanishes at the minimum: the data say nothing about it")
    if picture.positive_definite and not picture.edm < EDM_GOAL:
        reasons.append(f"the EDM of {picture.edm:.2g} is above the goal of {EDM_GOAL:g}")
    return (*reasons, f"the minimiser says: {said}") if reasons else ()


def _result(
    objective: Objective,
    end: _End,
    errors: Minos | None,
    reasons: tuple[str, ...],
    calls: dict[str, int],
    times: dict[str, float],
    extra: dict[str, Any],
) -> FitResult:
    names, minimum = tuple(objective.parameters), end.minimum
    picture = end.hesse
    unknown = np.full((len(names), len(names)), np.nan)
    sigma = unknown[0] if picture is None else picture.errors
    together = unknown[0] if picture is None else picture.global_correlation
    return FitResult(
        parameters=names,
        values=dict(zip(names, minimum.theta.tolist(), strict=True)),
        errors=dict(zip(names, sigma.tolist(), strict=True)),
        covariance=unknown if picture is None else picture.covariance,
        correlation=unknown if picture is None else picture.correlation,
        nll=minimum.nll,
        edm=np.inf if picture is None else picture.edm,
        valid=not reasons,
        reasons=reasons,
        asymmetric_errors={} if errors is None else errors.errors,
        at_limit=() if picture is None else picture.at_limit,
        fixed=tuple(name for name, fixed in zip(names, objective.fixed, strict=True) if fixed),
        global_correlations=dict(zip(names, together.tolist(), strict=True)),
        calls=calls,
        times=times,
        message=minimum.message,
        limits=dict(
            zip(names, zip(objective.lower.tolist(), objective.upper.tolist(), strict=True), strict=True)
        ),
        **extra,
    )
