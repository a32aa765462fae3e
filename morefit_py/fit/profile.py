"""The profile NLL: some parameters held, all others at their minimum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import FitError
from morefit_py.fit.descent import descend
from morefit_py.fit.drawing import figure
from morefit_py.fit.hesse import read_only
from morefit_py.fit.minimum import EDM_GOAL
from morefit_py.fit.objective import Matrix, Objective, Vector
from morefit_py.fit.problem import Evaluation, Tally, finite, measured, restricted
from morefit_py.fit.sandwich import Spread, rise
from morefit_py.fit.start import index_of, starting_point

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from morefit_py.fit.result import FitResult

PROFILE_TOL: Final = 1e-7
"""The EDM of a profile fit; the value is corrected by it, so that the error left is far below it."""


@dataclass(frozen=True, slots=True)
class Profiled:
    """A profile fit: `theta` (P,), the profile NLL there, and how it goes on along the held direction.

    `ridge` (P,) is the derivative of all parameters along the direction, `slope` and `curvature` those of
    the profile NLL (envelope theorem). `edm` is inf where the fit did not end in a minimum.
    """

    theta: Vector
    nll: float
    slope: float
    curvature: float
    ridge: Vector
    edm: float

    @property
    def valid(self) -> bool:
        return self.edm < EDM_GOAL


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile NLL of one parameter: `values`, `nll`, `valid` (n,) and all parameters `theta` (n, P).

    `calls` (n,) is how many evaluations each point took. `up` is how far it rises over one standard deviation
    from the minimum: 1/2, but for weighted events, and nan for these where the minimum was not given.
    """

    parameter: str
    values: Vector
    nll: Vector
    theta: Matrix
    valid: NDArray[np.bool_]
    calls: NDArray[np.int64]
    up: float = 0.5

    def plot(self, result: FitResult | None = None) -> Figure:
        """The rise of the NLL along the parameter; raises MorefitError where matplotlib is missing."""
        return figure("profile", self, result)


def profile(
    objective: Objective,
    parameter: str,
    values: Sequence[float] | Vector,
    start: Vector | Mapping[str, float] | None = None,
    spread: Spread | None = None,
) -> Profile:
    """The NLL with `parameter` held at each of `values` (n,), minimised in all others.

    `start` should be the best fit (all P parameters, or some by name over the initial ones): the points
    are fitted outwards from it, each begun where the last one points to. `spread` says how the gradient
    fluctuates where that is not by the Hessian, and with it `up` is found at `start`. Raises FitError for
    an unknown parameter or a value outside the limits.
    """
    theta = starting_point(objective, start)
    j = index_of(objective, parameter, "profile")
    wanted = np.asarray(values, dtype=np.float64)
    low, high = float(objective.lower[j]), float(objective.upper[j])
    if wanted.ndim != 1 or not np.all((wanted >= low) & (wanted <= high)):
        raise FitError(
            f"profile of {parameter}: the values must be a list inside its limits [{low:g}, {high:g}]"
        )
    direction = np.zeros(theta.size)
    direction[j] = 1.0
    nll, valid = np.empty(wanted.size), np.zeros(wanted.size, dtype=bool)
    calls = np.zeros(wanted.size, dtype=np.int64)
    thetas = np.empty((wanted.size, theta.size))
    above = [i for i in np.argsort(wanted) if wanted[i] >= theta[j]]
    below = [i for i in np.argsort(-wanted) if wanted[i] < theta[j]]
    tally = Tally()
    up = 0.5
    if spread is not None:
        up = np.nan if start is None else _up(objective, theta, direction, spread, tally)
    for side in (above, below):
        last: Profiled | None = None
        for i in side:
            guess = theta.copy() if last is None else last.theta + (wanted[i] - last.theta[j]) * last.ridge
            guess[j] = wanted[i]
            before = tally.total
            point = profiled(objective, guess, direction, direction != 0.0, 0.0, tally)
            calls[i] = tally.total - before
            nll[i], thetas[i], valid[i] = point.nll, point.theta, point.valid
            last = point if point.valid else None
    valid.setflags(write=False)
    calls.setflags(write=False)
    return Profile(parameter, read_only(wanted), read_only(nll), read_only(thetas), valid, calls, up)


def _up(objective: Objective, theta: Vector, direction: Vector, spread: Spread, tally: Tally) -> float:
    """How far the profile NLL rises from the best fit `theta` (P,) over one standard deviation."""
    whole = measured(objective, theta, 2, tally)
    if not finite(whole):
        return np.nan
    free = np.flatnonzero(~(objective.fixed | (direction != 0.0)))
    minimum = continued(objective, theta, whole, free, direction, 0.0)
    hessian = whole[2]
    assert hessian is not None
    return rise(minimum, spread.at(theta, hessian))


def profiled(
    objective: Objective,
    guess: Vector,
    direction: Vector,
    held: NDArray[np.bool_],
    offset: float,
    tally: Tally,
) -> Profiled:
    """Fits all parameters that are not `held` (P,) from `guess` (P,), which is brought into the limits.

    `direction` (P,) is where the held ones are going: their derivative, zero for all others.

    `offset` is subtracted from the NLL while fitting. Where the NLL is not finite at `guess` the result is
    invalid and its NLL is inf.
    """
    theta = np.clip(guess, objective.lower, objective.upper)
    still = objective.fixed | held
    theta[still] = guess[still]
    free = np.flatnonzero(~still)
    whole = measured(objective, theta, 2, tally)
    if not finite(whole):
        return Profiled(theta, np.inf, np.nan, np.nan, direction, np.inf)
    seen: list[tuple[Evaluation, Evaluation]] = [(restricted(whole, free, offset), whole)]
    edm = 0.0
    if free.size:
        lower, upper = objective.lower[free], objective.upper[free]
        search = descend(theta[free], seen[0][0], lower, upper, PROFILE_TOL, offset)
        budget = tally.total + 100 + 10 * free.size
        try:
            trial = next(search)
            while tally.total < budget:
                at = theta.copy()
                at[free] = trial
                whole = measured(objective, at, 2, tally)
                seen.append((restricted(whole, free, offset), whole))
                trial = search.send(seen[-1][0])
            return Profiled(theta, np.inf, np.nan, np.nan, direction, np.inf)
        except StopIteration as end:
            found = end.value
        theta[free] = found.x
        edm = found.edm
        whole = next(full for part, full in seen if part is found.evaluation)
    return continued(objective, theta, whole, free, direction, edm)


def continued(
    objective: Objective,
    theta: Vector,
    evaluation: Evaluation,
    free: NDArray[np.intp],
    direction: Vector,
    edm: float,
) -> Profiled:
    """How the profile goes on from `theta` (P,), where the parameters `free` are at their minimum to `edm`.

    `evaluation` is the whole one there. Parameters pushed onto a limit stay behind.
    """
    nll, gradient, hessian = evaluation
    assert gradient is not None
    assert hessian is not None
    ridge = direction.copy()
    pushed = gradient[free]
    at_lower = (theta[free] <= objective.lower[free]) & (pushed > 0.0)
    at_upper = (theta[free] >= objective.upper[free]) & (pushed < 0.0)
    follow = free[~(at_lower | at_upper)]
    bend = hessian @ direction
    if follow.size and edm < np.inf:
        ridge[follow] = -np.linalg.solve(hessian[follow[:, None], follow], bend[follow])
    lowest = nll - edm if edm < EDM_GOAL else nll
    return Profiled(theta, lowest, float(gradient @ ridge), float(bend @ ridge), ridge, edm)
