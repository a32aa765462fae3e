"""A likelihood as a minimiser sees it: free parameters only, offset at the start, calls counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import FitError, nearest
from morefit_py.fit.minimum import Minimum
from morefit_py.fit.objective import Matrix, Objective, Vector

Evaluation = tuple[float, Vector | None, Matrix | None]
ORDERS: Final = ("value", "gradient", "hessian")


class StopError(Exception):
    """Ends a minimisation from inside an evaluation: the calls are used up, or the user said so."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One evaluation, as told to a progress callback: `nll` here, `lowest` so far, `seconds` since start."""

    calls: int
    nll: float
    lowest: float
    seconds: float


Callback = Callable[[Progress], bool | None]
"""Told of each evaluation; returning True ends the fit at the best point so far."""


@dataclass(slots=True)
class Tally:
    """Calls by highest order of derivative, the time spent in them, and the best point met."""

    counts: list[int] = field(default_factory=lambda: [0, 0, 0])
    seconds: float = 0.0
    started: float = field(default_factory=perf_counter)
    lowest: float = np.inf
    best: Vector | None = None

    @property
    def total(self) -> int:
        return sum(self.counts)

    def calls(self) -> dict[str, int]:
        """The calls by the name of their highest order."""
        return dict(zip(ORDERS, self.counts, strict=True))


@final
@dataclass(frozen=True, slots=True)
class Problem:
    """The NLL minus its value at the start, over the F free parameters of an objective.

    `theta` (P,) is the start with all parameters, `free` (F,) the indices of the free ones; `lower`,
    `upper` and everything passed to or returned by `evaluate` live on the free ones alone. `first` is
    the evaluation at the start with gradient and Hessian, so that no minimiser repeats it.
    """

    objective: Objective
    theta: Vector
    free: NDArray[np.intp]
    lower: Vector
    upper: Vector
    offset: float
    first: Evaluation
    tally: Tally
    budget: int
    progress: Callback | None = None

    @property
    def start(self) -> Vector:
        return self.theta[self.free]

    def expand(self, x: Vector) -> Vector:
        """All P parameters, the free ones taken from `x`."""
        theta = self.theta.copy()
        theta[self.free] = x
        return theta

    def evaluate(self, x: Vector, order: int) -> Evaluation:
        """The offset NLL at `x` with its derivatives up to `order`; raises StopError when it must end."""
        tally = self.tally
        if tally.total >= self.budget:
            raise StopError(f"the limit of {self.budget} calls was reached")
        value, gradient, hessian = _restricted(self.objective, self.expand(x), self.free, order, tally)
        value -= self.offset
        if value < tally.lowest:
            tally.lowest, tally.best = value, x.copy()
        if self.progress is not None:
            told = Progress(
                tally.total,
                value + self.offset,
                tally.lowest + self.offset,
                perf_counter() - tally.started,
            )
            if self.progress(told):
                raise StopError("the progress callback ended the fit")
        return value, gradient, hessian

    def minimum(self, x: Vector, evaluation: Evaluation, converged: bool, message: str) -> Minimum:
        """What a minimiser returns that stopped at `x` (F,) with that `evaluation`."""
        value, gradient, hessian = evaluation
        size = self.theta.size
        if gradient is not None and self.free.size != size:
            gradient, part = np.zeros(size), gradient
            gradient[self.free] = part
        if hessian is not None and self.free.size != size:
            hessian, block = np.zeros((size, size)), hessian
            hessian[self.free[:, None], self.free] = block
        nll = value + self.offset
        return Minimum(self.expand(x), nll, gradient, hessian, self.tally.calls(), converged, message)

    def restarted(self, theta: Vector) -> Problem:
        """The same problem and tally, started at `theta` (P,) instead."""
        value, gradient, hessian = _restricted(self.objective, theta, self.free, 2, self.tally)
        return replace(self, theta=theta, first=(value - self.offset, gradient, hessian))


def pose(
    objective: Objective,
    start: Vector | Mapping[str, float] | None = None,
    max_calls: int | None = None,
    progress: Callback | None = None,
) -> Problem:
    """Checks that a fit can start and evaluates the objective there, to second order.

    `start` is all P parameters, or some of them by name over `objective.initial`. `max_calls` is by
    default Minuit's `200 + 100 F + 5 F^2`. Raises FitError where a fit from there makes no sense.
    """
    theta = starting_point(objective, start)
    free = np.flatnonzero(~np.asarray(objective.fixed, dtype=bool))
    if free.size == 0:
        raise FitError(
            f"parameters: all {theta.size} are fixed, so there is nothing to fit; free at least one of them"
        )
    lower = np.asarray(objective.lower, dtype=np.float64)[free]
    upper = np.asarray(objective.upper, dtype=np.float64)[free]
    names = [objective.parameters[i] for i in free]
    _check_limits(names, theta[free], lower, upper)
    tally = Tally()
    first = _restricted(objective, theta, free, 2, tally)
    _check_first(names, theta[free], first)
    value, gradient, hessian = first
    tally.lowest, tally.best = 0.0, theta[free]
    budget = 200 + 100 * free.size + 5 * free.size**2 if max_calls is None else max_calls
    if budget < 1:
        raise FitError(f"max_calls: {budget} allows no evaluation at all; give 1 or more, or None")
    return Problem(
        objective, theta, free, lower, upper, value, (0.0, gradient, hessian), tally, budget, progress
    )


def view(
    objective: Objective, theta: Vector, held: NDArray[np.bool_], offset: float, tally: Tally
) -> Problem:
    """The objective from `theta` with the parameters marked in `held` (P,) fixed there; no checks are made.

    Its `first` is evaluated like any other and may be non-finite. At least one parameter must stay free.
    """
    free = np.flatnonzero(~(objective.fixed | held))
    value, gradient, hessian = _restricted(objective, theta, free, 2, tally)
    first = (value - offset, gradient, hessian)
    lower, upper = objective.lower[free], objective.upper[free]
    budget = tally.total + 200 + 20 * free.size
    return Problem(objective, theta, free, lower, upper, offset, first, tally, budget)


def starting_point(objective: Objective, start: Vector | Mapping[str, float] | None) -> Vector:
    """All P start values, from the objective's own, a vector, or some by name; raises FitError."""
    theta = np.array(objective.initial, dtype=np.float64)
    if isinstance(start, Mapping):
        for name, value in start.items():
            theta[index_of(objective, name, "start")] = value
    elif start is not None:
        given = np.asarray(start, dtype=np.float64)
        if given.shape != theta.shape:
            raise FitError(
                f"start: has shape {given.shape}, but the {theta.size} parameters need {theta.shape}; "
                f"the order is {', '.join(objective.parameters)}"
            )
        theta = given.copy()
    return theta


def index_of(objective: Objective, name: str, where: str) -> int:
    """The position of the parameter `name`; raises FitError that says `where` it was asked for."""
    try:
        return objective.parameters.index(name)
    except ValueError:
        hint = nearest(name, objective.parameters)
        raise FitError(f"{where}: there is no parameter {name!r}{hint}") from None


def _restricted(
    objective: Objective, theta: Vector, free: NDArray[np.intp], order: int, tally: Tally
) -> Evaluation:
    begin = perf_counter()
    # Trial points may leave the region where the NLL exists; that is answered by shrinking the step.
    with np.errstate(all="ignore"):
        value, gradient, hessian = objective.evaluate(theta, order)
    tally.seconds += perf_counter() - begin
    tally.counts[order] += 1
    if free.size != theta.size:
        gradient = None if gradient is None else gradient[free]
        hessian = None if hessian is None else hessian[free[:, None], free]
    return float(value), gradient, hessian


def _check_limits(names: list[str], x: Vector, lower: Vector, upper: Vector) -> None:
    for name, value, low, high in zip(names, x.tolist(), lower.tolist(), upper.tolist(), strict=True):
        if not np.isfinite(value):
            raise FitError(f"start: {name} = {value} is not finite; give it a number to start from")
        if not low < high:
            raise FitError(
                f"{name}: its limits [{low:g}, {high:g}] leave no room; fix the parameter or widen them"
            )
        if not low <= value <= high:
            raise FitError(
                f"start: {name} = {value:g} is outside its limits [{low:g}, {high:g}]; "
                "move the start inside or widen the limits"
            )


def _check_first(names: list[str], x: Vector, first: Evaluation) -> None:
    value, gradient, hessian = first
    at = ", ".join(f"{name} = {number:g}" for name, number in zip(names[:8], x.tolist(), strict=False))
    at += ", ..." if len(names) > 8 else ""
    if not np.isfinite(value):
        raise FitError(f"start: the NLL is {value} at {at}; start where every event has a density above zero")
    if gradient is None or hessian is None:
        raise FitError("objective: it returned no gradient or no Hessian at order 2; it must provide both")
    if gradient.shape != x.shape or hessian.shape != (x.size, x.size):
        raise FitError(
            f"objective: its gradient {gradient.shape} and Hessian {hessian.shape} do not match "
            f"its {x.size} free parameters; it must return all parameters, in their order"
        )
    bad = ~np.isfinite(gradient) | ~np.isfinite(hessian).all(axis=1)
    if bad.any():
        which = ", ".join(name for name, wrong in zip(names, bad.tolist(), strict=True) if wrong)
        raise FitError(f"start: the derivatives along {which} are not finite at {at}; move the start")
