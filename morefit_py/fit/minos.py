"""MINOS errors: how far the profile NLL lets a parameter go.

Definition: F. James, M. Roos, Comput. Phys. Commun. 10 (1975) 343.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan

import numpy as np

from morefit_py.errors import FitError
from morefit_py.fit.crossing import Crossing, crossing
from morefit_py.fit.hesse import hesse
from morefit_py.fit.minimum import EDM_GOAL
from morefit_py.fit.objective import Objective, Vector
from morefit_py.fit.problem import Evaluation, Tally, finite, measured
from morefit_py.fit.profile import continued
from morefit_py.fit.sandwich import Spread, rise
from morefit_py.fit.start import index_of, starting_point

_SCALED = "MINOS: the NLL rises by half the ratio of the corrected to the plain variance, not by 1/2"


@dataclass(frozen=True, slots=True)
class Minos:
    """Errors by parameter as (lower < 0, upper > 0), and what there is to say about them.

    A side that meets a limit has the distance to it and a note; one along which the NLL never rises enough
    is infinite; one whose profile fits failed is nan. If a lower minimum was found, `deeper` holds all
    parameters (P,) and the NLL of the lowest one, and the parameter that led there has no errors.
    """

    errors: dict[str, tuple[float, float]]
    notes: tuple[str, ...]
    deeper: tuple[Vector, float] | None
    calls: int
    seconds: float


def minos(
    objective: Objective,
    minimum: Vector | Mapping[str, float],
    parameters: Sequence[str] | None = None,
    sigma: float = 1.0,
    spread: Spread | None = None,
) -> Minos:
    """Finds where the NLL, minimised in all other parameters, is `sigma^2 / 2` above the minimum.

    `minimum` is the best fit (all P parameters, or by name); `parameters` are by default all free ones.
    `spread` says how the gradient fluctuates where that is not by the Hessian, as for weighted events: the
    NLL then rises by `sigma^2` times what `sandwich.rise` says of each parameter.
    Raises FitError where that is no minimum, or for a parameter that is unknown or fixed.
    """
    theta = starting_point(objective, minimum)
    names = [name for name, fixed in zip(objective.parameters, objective.fixed, strict=True) if not fixed]
    wanted = names if parameters is None else list(parameters)
    for name in wanted:
        if objective.fixed[index_of(objective, name, "MINOS")]:
            raise FitError(f"MINOS: {name} is fixed and has no error; free it or leave it out")
    if not sigma > 0.0:
        raise FitError(f"MINOS: sigma = {sigma} is not positive; 1 gives the usual errors")
    tally = Tally()
    whole = best(objective, theta, "MINOS", tally)
    hessian = whole[2]
    assert hessian is not None
    fluctuation = None if spread is None else spread.at(theta, hessian)
    errors: dict[str, tuple[float, float]] = {}
    notes: list[str] = [] if spread is None or spread.of is None else [_SCALED]
    deeper: tuple[Vector, float] | None = None
    for name in wanted:
        j = objective.parameters.index(name)
        sides: list[float] = []
        for sign, side in ((-1.0, "lower"), (1.0, "upper")):
            direction = np.zeros(theta.size)
            direction[j] = sign
            held = direction != 0.0
            free = np.flatnonzero(~(objective.fixed | held))
            start = continued(objective, theta, whole, free, direction, 0.0)
            level = (0.5 if fluctuation is None else rise(start, fluctuation)) * sigma**2
            if not isfinite(level):
                sides.append(nan)
                notes.append(f"MINOS: the gradient's spread along {name} is not positive")
                continue
            found = crossing(objective, start, direction, held, level, tally)
            if found.outcome == "deeper":
                nll = measured(objective, found.theta, 0, tally)[0]
                deeper = (found.theta, nll) if deeper is None or nll < deeper[1] else deeper
                notes.append(f"MINOS: a lower minimum was found on the {side} side of {name}")
                break
            distance, said = _reported(found, name, side, float(found.theta[j]))
            sides.append(sign * distance)
            notes += said
        else:
            errors[name] = (sides[0], sides[1])
    return Minos(errors, tuple(notes), deeper, tally.total, tally.seconds)


def best(objective: Objective, theta: Vector, task: str, tally: Tally) -> Evaluation:
    """The whole evaluation at the best fit `theta` (P,); raises FitError where that is not a minimum."""
    whole = measured(objective, theta, 2, tally)
    _, gradient, hessian = whole
    if not finite(whole) or gradient is None or hessian is None:
        raise FitError(f"{task}: the NLL or its derivatives are not finite at the given point; fit first")
    found = hesse(objective, theta, gradient, hessian)
    if not found.edm < EDM_GOAL:
        raise FitError(
            f"{task}: the given point is not a minimum, its EDM is {found.edm:.1e} and must be below "
            f"{EDM_GOAL:.0e}; fit first"
        )
    return whole


def _reported(found: Crossing, name: str, side: str, value: float) -> tuple[float, list[str]]:
    match found.outcome:
        case "found":
            return found.distance, []
        case "limit":
            return found.distance, [f"MINOS: the {side} error of {name} ends at its limit {value:g}"]
        case "open":
            return inf, [f"MINOS: the NLL never rises enough on the {side} side of {name}"]
        case _:
            return nan, [f"MINOS: the profile fits on the {side} side of {name} failed"]
