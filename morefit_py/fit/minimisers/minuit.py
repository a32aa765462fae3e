"""MIGRAD of iminuit, given the exact gradient and Hessian."""

from __future__ import annotations

from typing import Final
from warnings import catch_warnings, simplefilter

import numpy as np

from morefit_py.fit.limits import inner, inside
from morefit_py.fit.minimum import Minimum, Settings
from morefit_py.fit.objective import Matrix, Vector
from morefit_py.fit.problem import Evaluation, Problem
from morefit_py.fit.scaling import curvatures

UP: Final = 0.5
FLOOR: Final = 1e-7
"""MIGRAD works on values alone in its line searches, and cannot resolve a smaller EDM."""


def minimise(problem: Problem, settings: Settings) -> Minimum:
    """Minimises in variables without limits.

    The change of variables is ours: Minuit2 before ROOT 6.40 transforms an exact Hessian without the
    curvature of its own limits. Fixed parameters never reach it for the same kind of reason.
    """
    from iminuit import Minuit  # type: ignore[import-untyped, unused-ignore]
    from iminuit.warnings import IMinuitWarning  # type: ignore[import-untyped, unused-ignore]

    _, gradient, hessian = problem.first
    assert gradient is not None
    assert hessian is not None
    unit = 1.0 / np.sqrt(curvatures(problem.start, gradient, hessian))
    limits = inner(problem.start, problem.lower, problem.upper, unit)
    begin = limits.inward(inside(problem.start, problem.lower, problem.upper, unit))
    last: dict[bytes, tuple[int, Evaluation]] = {}

    def evaluate(v: Vector, order: int) -> Evaluation:
        key = v.tobytes()
        known = last.get(key)
        if known is not None and known[0] >= order:
            return known[1]
        found = problem.evaluate(limits.outward(v), order)
        last.clear()
        last[key] = order, found
        return found

    def value(v: Vector) -> float:
        nll = evaluate(v, 0)[0]
        # MIGRAD compares and interpolates values, so a point without an NLL must have one that is high.
        return nll if np.isfinite(nll) else 1e6 + 1e3 * abs(problem.tally.lowest)

    def slope(v: Vector) -> Vector:
        found = evaluate(v, 1)[1]
        assert found is not None
        return np.nan_to_num(found * limits.first(v))

    def curvature(v: Vector) -> Matrix:
        _, found, bend = evaluate(v, 2)
        assert found is not None
        assert bend is not None
        return np.nan_to_num(limits.hessian(v, found, bend))

    def diagonal(v: Vector) -> Vector:
        return curvature(v).diagonal()

    names = [f"v{i}" for i in range(begin.size)]
    with catch_warnings():
        # iminuit says that the Hessian overrides g2, but calls g2 where a curvature is negative.
        simplefilter("ignore", IMinuitWarning)
        minuit = Minuit(value, begin, grad=slope, g2=diagonal, hessian=curvature, name=names)
    minuit.errordef = UP
    # The values that MIGRAD compares carry the rounding of the whole NLL.
    rounding = float(np.finfo(np.float64).eps) * max(1.0, abs(problem.offset))
    minuit.precision = rounding
    minuit.tol = max(settings.tol, FLOOR, 100.0 * rounding) / (0.002 * UP)
    minuit.strategy = 1
    minuit.errors = [0.1] * begin.size
    # One pass: what iminuit repeats without success is better judged by the exact EDM.
    minuit.migrad(ncall=10**9, iterate=1, use_simplex=False)
    report = minuit.fmin
    assert report is not None
    x = limits.outward(np.array(minuit.values))
    message = f"MIGRAD claims an EDM of {report.edm:.1e}" + (
        "" if report.is_valid else " and no valid minimum"
    )
    return problem.minimum(x, (float(report.fval), None, None), bool(report.is_valid), message)
