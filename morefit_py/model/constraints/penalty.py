"""A term of the user's own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node
from morefit_py.model.constraints.constraint import Constraint, check_quantity
from morefit_py.pdfs.fields import start_value


@dataclass(frozen=True, eq=False)
class Penalty(Constraint):
    """Any expression of parameters, added to the negative log-likelihood as it is: -log of what is known.

    It has no outcome that could be drawn anew: in toys it stays as it is. Raises ModelError for an
    expression that depends on an observable, or is not finite at the start.
    """

    expression: Operand

    def __post_init__(self) -> None:
        where = check_quantity("penalty", self.expression)
        start = start_value(as_node(self.expression))
        if not math.isfinite(start):
            raise ModelError(f"{where}: it is {start:g} at the start of its parameters; it must be finite")

    @property
    def outcome(self) -> tuple[float, ...]:
        return ()

    def nll_of(self, outcome: Sequence[Operand]) -> Node:
        return as_node(self.expression)

    def fluctuated(self, values: Mapping[str, float], generator: np.random.Generator) -> Penalty:
        return self
