"""A likelihood as a minimiser sees it: free parameters only, offset at the start, calls counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import isfinite
from time import perf_counter
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

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
        whole = measured(self.objective, self.expand(x), order, tally)
        value, gradient, hessian = restricted(whole, self.free, self.offset)
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

    def at(self, minimum: Minimum) -> Minimum:
        """The same minimum with the exact gradient and Hessian, which cost one evaluation."""
        whole = measured(self.objective, minimum.theta, 2, self.tally)
        evaluation = restricted(whole, self.free, self.offset)
        return self.minimum(minimum.theta[self.free], evaluation, minimum.converged, minimum.message)

    def restarted(self, theta: Vector) -> Problem:
        """The same problem and tally, started at `theta` (P,) instead, and offset there.

        From a start far away the NLL at the minimum, offset, may be so large that its last digits are lost.
        """
        whole = measured(self.objective, theta, 2, self.tally)
        offset = whole[0] if isfinite(whole[0]) else self.offset
        self.tally.lowest += self.offset - offset
        return replace(self, theta=theta, first=restricted(whole, self.free, offset), offset=offset)


def measured(objective: Objective, theta: Vector, order: int, tally: Tally) -> Evaluation:
    """The objective at `theta` (P,), counted and timed."""
    begin = perf_counter()
    # Trial points may leave the region where the NLL exists; that is answered by shrinking the step.
    with np.errstate(all="ignore"):
        value, gradient, hessian = objective.evaluate(theta, order)
    tally.seconds += perf_counter() - begin
    tally.counts[order] += 1
    return float(value), gradient, hessian


def restricted(evaluation: Evaluation, free: NDArray[np.intp], offset: float) -> Evaluation:
    """The part of an evaluation that belongs to the parameters `free` (F,), its value minus `offset`."""
    value, gradient, hessian = evaluation
    if gradient is not None and free.size != gradient.size:
        gradient = gradient[free]
    if hessian is not None and free.size != len(hessian):
        hessian = hessian[free[:, None], free]
    return value - offset, gradient, hessian


def finite(evaluation: Evaluation) -> bool:
    """Whether an evaluation to second order is complete and has no inf or nan."""
    value, gradient, hessian = evaluation
    return (
        isfinite(value)
        and gradient is not None
        and hessian is not None
        and bool(np.isfinite(gradient).all())
        and bool(np.isfinite(hessian).all())
    )
