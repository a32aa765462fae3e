"""A quantity measured with a Gaussian error."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from morefit_py.graph.build import Node, Operand, as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.model.constraints.constraint import Constraint, check_number, check_quantity, check_start


@dataclass(frozen=True, eq=False)
class GaussianConstraint(Constraint):
    """z^2/2 + log sigma + log(2 pi)/2 with z = (quantity - mean)/sigma, in the quantity's unit.

    Raises ModelError unless the quantity is of parameters alone, mean finite, and sigma finite and positive,
    and where the term is not finite at the start.
    """

    quantity: Operand
    mean: float
    sigma: float

    def __post_init__(self) -> None:
        where = check_quantity("Gaussian constraint", self.quantity)
        check_number(where, "mean", self.mean)
        check_number(where, "sigma", self.sigma, positive=True)
        check_start(where, self.nll())

    @property
    def outcome(self) -> tuple[float, ...]:
        return (self.mean,)

    def nll_of(self, outcome: Sequence[Operand]) -> Node:
        z = (as_node(self.quantity) - outcome[0]) / self.sigma
        return z**2 / 2.0 + (math.log(self.sigma) + math.log(2.0 * math.pi) / 2.0)

    def fluctuated(self, values: Mapping[str, float], generator: np.random.Generator) -> GaussianConstraint:
        centre = float(evaluate([as_node(self.quantity)], values)[0])
        return replace(self, mean=float(generator.normal(centre, self.sigma)))
