"""Curvature that is there only because the point is not quite the minimum."""

from __future__ import annotations

from typing import Final

import numpy as np

from morefit_py.fit.hesse import Hesse, hesse
from morefit_py.fit.minimum import EDM_GOAL, Minimum
from morefit_py.fit.objective import Objective
from morefit_py.fit.problem import Tally, finite, measured

SUSPICIOUS: Final = 1e3
"""Condition of the Hessian, in units of its diagonal, from which one evaluation is spent on the question."""


def vanishing(objective: Objective, minimum: Minimum, picture: Hesse, tally: Tally) -> tuple[str, ...]:
    """The parameters along which the curvature is gone one Newton step closer to the minimum; or none.

    In a curved valley, such as that of two parameters of which only the product is known, the Hessian is
    singular at the bottom alone: at any distance it may look like a minimum with very large errors. Where
    curvatures are real, a step within the EDM goal changes them little.
    """
    if not picture.positive_definite or picture.condition < SUSPICIOUS or not picture.edm < EDM_GOAL:
        return ()
    assert minimum.gradient is not None
    step = -(picture.covariance @ minimum.gradient)
    closer = np.clip(minimum.theta + step, objective.lower, objective.upper)
    closer[objective.fixed] = minimum.theta[objective.fixed]
    if np.array_equal(closer, minimum.theta):
        return ()
    whole = measured(objective, closer, 2, tally)
    _, gradient, hessian = whole
    if not finite(whole) or gradient is None or hessian is None:
        return ()
    then = hesse(objective, closer, gradient, hessian)
    if then.positive_definite and then.condition < 10.0 * picture.condition:
        return ()
    return then.flat or then.falling or then.weakest
