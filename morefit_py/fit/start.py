"""Where a fit starts, and whether it can start there."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from morefit_py.errors import FitError, nearest
from morefit_py.fit.objective import Objective, Vector
from morefit_py.fit.problem import Callback, Evaluation, Problem, Tally, measured, restricted


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
    whole = measured(objective, theta, 2, tally)
    _check_shapes(theta.size, whole)
    first = restricted(whole, free, whole[0])
    _check_finite(names, theta[free], whole[0], first)
    tally.lowest, tally.best = 0.0, theta[free]
    budget = 200 + 100 * free.size + 5 * free.size**2 if max_calls is None else max_calls
    if budget < 1:
        raise FitError(f"max_calls: {budget} allows no evaluation at all; give 1 or more, or None")
    return Problem(objective, theta, free, lower, upper, whole[0], first, tally, budget, progress)


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


def _check_shapes(size: int, evaluation: Evaluation) -> None:
    _, gradient, hessian = evaluation
    if gradient is None or hessian is None:
        raise FitError("objective: it returned no gradient or no Hessian at order 2; it must provide both")
    if gradient.shape != (size,) or hessian.shape != (size, size):
        raise FitError(
            f"objective: its gradient {gradient.shape} and Hessian {hessian.shape} do not match "
            f"its {size} parameters; it must return all of them, fixed ones too, in their order"
        )


def _check_finite(names: list[str], x: Vector, value: float, first: Evaluation) -> None:
    _, gradient, hessian = first
    assert gradient is not None
    assert hessian is not None
    at = ", ".join(f"{name} = {number:g}" for name, number in zip(names[:8], x.tolist(), strict=False))
    at += ", ..." if len(names) > 8 else ""
    if not np.isfinite(value):
        raise FitError(f"start: the NLL is {value} at {at}; start where every event has a density above zero")
    bad = ~np.isfinite(gradient) | ~np.isfinite(hessian).all(axis=1)
    if bad.any():
        which = ", ".join(name for name, wrong in zip(names, bad.tolist(), strict=True) if wrong)
        raise FitError(f"start: the derivatives along {which} are not finite at {at}; move the start")
