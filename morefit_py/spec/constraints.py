"""From the `constraint` and `constraints` sections of a spec to constraints."""

from __future__ import annotations

from typing import Any

from morefit_py.errors import GraphError, ModelError
from morefit_py.graph.build import Operand
from morefit_py.model.constraints.constraint import Constraint
from morefit_py.model.constraints.gaussian import GaussianConstraint
from morefit_py.model.constraints.log_normal import LogNormalConstraint
from morefit_py.model.constraints.multivariate_gaussian import MultivariateGaussianConstraint
from morefit_py.model.constraints.penalty import Penalty
from morefit_py.model.constraints.poisson import PoissonConstraint
from morefit_py.spec.layout_constraints import ShortConstraint
from morefit_py.spec.lines import PathParts
from morefit_py.spec.scope import Scope


def of_parameter(section: Any, path: PathParts, quantity: Operand, scope: Scope) -> list[Constraint]:
    """The constraint that stands with a parameter; none where there is no section, or it has a problem."""
    return [] if section is None else _made(section, path, [quantity], scope)


def of_model(section: Any, path: PathParts, scope: Scope) -> list[Constraint]:
    """The constraint of a section of its own; none where it has a problem, which the scope collects."""
    before = len(scope.problems.found)
    quantities: list[Operand | None] = []
    match section.type:
        case "penalty":
            quantities = [scope.value((*path, "expression"), section.expression)]
        case "multivariate_gaussian":
            named = enumerate(section.quantities)
            quantities = [scope.value((*path, "quantities", i), held) for i, held in named]
        case _:
            quantities = [scope.value((*path, "quantity"), section.quantity)]
    if len(scope.problems.found) > before:
        return []
    return _made(section, path, [held for held in quantities if held is not None], scope)


def _made(section: Any, path: PathParts, quantities: list[Operand], scope: Scope) -> list[Constraint]:
    try:
        return [_constraint(section, quantities)]
    except (ModelError, GraphError) as problem:
        # The message begins with the quantity, in which the offset of a blinded parameter stands.
        what = str(problem).partition(": ")[2] if scope.problems.blind else str(problem)
        key = next((key for key in ("means", "covariance", "quantities") if key in what), None)
        scope.problems.add(path if key is None else (*path, key), what)
        return []


def _constraint(section: Any, quantities: list[Operand]) -> Constraint:
    if isinstance(section, ShortConstraint):
        return GaussianConstraint(quantities[0], *section.gaussian)
    match section.type:
        case "gaussian":
            return GaussianConstraint(quantities[0], section.mean, section.sigma)
        case "log_normal":
            return LogNormalConstraint(quantities[0], section.median, section.kappa)
        case "poisson":
            return PoissonConstraint(quantities[0], section.observed)
        case "multivariate_gaussian":
            return MultivariateGaussianConstraint(tuple(quantities), tuple(section.means), section.covariance)
        case _:
            return Penalty(quantities[0])
