"""L-BFGS-B of SciPy, on variables scaled by their curvature at the start."""

from __future__ import annotations

from math import sqrt

import numpy as np

from morefit_py.fit.minimum import Minimum, Settings
from morefit_py.fit.objective import Vector
from morefit_py.fit.problem import Problem
from morefit_py.fit.scaling import curvatures


def minimise(problem: Problem, settings: Settings) -> Minimum:
    """Minimises by values and gradients, down to the rounding of the NLL."""
    from scipy.optimize import minimize

    _, gradient, hessian = problem.first
    assert gradient is not None
    assert hessian is not None
    unit = 1.0 / np.sqrt(curvatures(problem.start, gradient, hessian))
    start, tally = problem.start, problem.tally

    def evaluate(z: Vector) -> tuple[float, Vector]:
        x = np.clip(start + unit * z, problem.lower, problem.upper)
        value, slope, _ = problem.evaluate(x, 1)
        if slope is not None and np.isfinite(value) and np.isfinite(slope).all():
            return value, slope * unit
        # Where there is no NLL the line search sees a bowl around the best point, and turns back.
        assert tally.best is not None
        away = z - (tally.best - start) / unit
        return tally.lowest + 1.0 + float(away @ away), 2.0 * away

    bounds = list(zip((problem.lower - start) / unit, (problem.upper - start) / unit, strict=True))
    rounding = 4 * float(np.finfo(np.float64).eps) * max(1.0, abs(problem.offset))
    options = {
        "ftol": rounding,
        "gtol": 0.1 * sqrt(2.0 * settings.tol),
        "maxcor": 30,
        "maxiter": 10**9,
        "maxfun": 10**9,
        "maxls": 50,
    }
    found = minimize(
        evaluate, np.zeros_like(start), jac=True, method="L-BFGS-B", bounds=bounds, options=options
    )
    x = np.clip(start + unit * found.x, problem.lower, problem.upper)
    message = str(found.message).strip().capitalize()
    return problem.minimum(x, (float(found.fun), None, None), bool(found.success), f"L-BFGS-B: {message}")
