"""Knowledge of parameters from elsewhere, as terms of the likelihood."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass

from morefit_py.errors import ModelError
from morefit_py.graph.arithmetic import Arithmetic
from morefit_py.graph.build import Node, Operand, as_node, is_operand
from morefit_py.graph.op import Stage
from morefit_py.pdfs.fields import shown


class Constraint(ABC):
    """A term of the negative log-likelihood that depends on parameters alone."""

    @abstractmethod
    def nll(self) -> Node:
        """The term, normalisation included."""


@dataclass(frozen=True, eq=False)
class GaussianConstraint(Constraint):
    """z^2/2 + log sigma + log(2 pi)/2 with z = (quantity - mean)/sigma, in the quantity's unit.

    Raises ModelError unless the quantity is of parameters alone, mean finite, and sigma finite and positive.
    """

    quantity: Operand
    mean: float
    sigma: float

    def __post_init__(self) -> None:
        if not is_operand(self.quantity):
            raise ModelError(
                f"Gaussian constraint: its quantity is {shown(self.quantity)}; "
                "give a Parameter or an expression"
            )
        where = f"Gaussian constraint on {as_node(self.quantity)}"
        if as_node(self.quantity).stage & Stage.DATASET:
            raise ModelError(f"{where}: it depends on an observable; it may depend on parameters only")
        for name in ("mean", "sigma"):
            value = getattr(self, name)
            if not is_operand(value) or isinstance(value, Arithmetic):
                raise ModelError(f"{where}: {name} is {shown(value)}; give a number")
        if not math.isfinite(self.mean):
            raise ModelError(f"{where}: mean {self.mean} is not finite")
        if not (math.isfinite(self.sigma) and self.sigma > 0):
            raise ModelError(f"{where}: sigma is {self.sigma}; a width must be > 0")

    def nll(self) -> Node:
        z = (as_node(self.quantity) - self.mean) / self.sigma
        return z**2 / 2.0 + (math.log(self.sigma) + math.log(2.0 * math.pi) / 2.0)
