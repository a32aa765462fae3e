"""Trust-region Newton on the exact Hessian, with limits: the default."""

from __future__ import annotations

from morefit_py.fit.descent import descend
from morefit_py.fit.minimum import Minimum, Settings
from morefit_py.fit.problem import Problem


def minimise(problem: Problem, settings: Settings) -> Minimum:
    """Minimises with one evaluation of value, gradient and Hessian per trial point."""
    search = descend(problem.start, problem.first, problem.lower, problem.upper, settings.tol, problem.offset)
    try:
        trial = next(search)
        while True:
            trial = search.send(problem.evaluate(trial, 2))
    except StopIteration as end:
        found = end.value
    return problem.minimum(found.x, found.evaluation, found.converged, found.message)
