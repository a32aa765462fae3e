"""A positive quantity known by a factor."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node, log
from morefit_py.graph.meaning import evaluate
from morefit_py.model.constraints.constraint import (
    Constraint,
    check_number,
    check_positive,
    check_quantity,
    check_start,
)


@dataclass(frozen=True, eq=False)
class LogNormalConstraint(Constraint):
    """z^2/2 + log(log kappa) + log(2 pi)/2 + log(median), z = log(quantity/median)/log kappa.

    The measured median is log-normally distributed around the quantity with the factor kappa > 1, one
    standard deviation up or down. Raises ModelError for a quantity that is not of parameters alone, or not
    positive at the start, for a median that is not positive, and kappa <= 1.
    """

    quantity: Operand
    median: float
    kappa: float

    def __post_init__(self) -> None:
        where = check_quantity("log-normal constraint", self.quantity)
        check_number(where, "median", self.median, positive=True)
        check_number(where, "kappa", self.kappa)
        if not self.kappa > 1.0:
            raise ModelError(f"{where}: kappa is {self.kappa}; it is a factor and must be > 1")
        check_positive(where, self.quantity)
        check_start(where, self.nll())

    @property
    def outcome(self) -> tuple[float, ...]:
        return (self.median,)

    def nll_of(self, outcome: Sequence[Operand]) -> Node:
        width, measured = math.log(self.kappa), log(as_node(outcome[0]))
        z = (log(as_node(self.quantity)) - measured) / width
        return z**2 / 2.0 + (measured + (math.log(width) + math.log(2.0 * math.pi) / 2.0))

    def fluctuated(self, values: Mapping[str, float], generator: np.random.Generator) -> LogNormalConstraint:
        centre = float(evaluate([as_node(self.quantity)], values)[0])
        return replace(self, median=centre * self.kappa ** float(generator.standard_normal()))
