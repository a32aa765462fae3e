"""An expected number of events, constrained by a count elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node, lgamma, log, select
from morefit_py.graph.meaning import evaluate
from morefit_py.model.constraints.constraint import (
    Constraint,
    check_number,
    check_positive,
    check_quantity,
    check_start,
)


@dataclass(frozen=True, eq=False)
class PoissonConstraint(Constraint):
    """nu - n log nu + log n!, nu the quantity: the expected count of an auxiliary measurement that found n.

    For a quantity known as x = n/tau, such as from simulation of tau times the data, constrain tau * x.
    Raises ModelError unless the quantity is of parameters alone, positive at the start, and n >= 0; n need
    not be an integer.
    """

    quantity: Operand
    observed: float

    def __post_init__(self) -> None:
        where = check_quantity("Poisson constraint", self.quantity)
        check_number(where, "observed", self.observed)
        if self.observed < 0:
            raise ModelError(f"{where}: observed is {self.observed}; a count must be >= 0")
        check_positive(where, self.quantity)
        check_start(where, self.nll())

    @property
    def outcome(self) -> tuple[float, ...]:
        return (self.observed,)

    def nll_of(self, outcome: Sequence[Operand]) -> Node:
        nu, observed = as_node(self.quantity), as_node(outcome[0])
        # No event says nothing about log(nu), which there may be none of.
        some = observed > 0.0
        return nu - observed * log(select(some, nu, 1.0)) + lgamma(observed + 1.0)

    def fluctuated(self, values: Mapping[str, float], generator: np.random.Generator) -> PoissonConstraint:
        nu = float(evaluate([as_node(self.quantity)], values)[0])
        return replace(self, observed=float(generator.poisson(nu)))
