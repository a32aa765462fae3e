"""What a constraint is, and the checks of what it holds that all kinds share."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.arithmetic import Arithmetic
from morefit_py.graph.build import Node, Operand, as_node, is_operand
from morefit_py.graph.node import leaves
from morefit_py.graph.op import Op, Stage
from morefit_py.pdfs.fields import shown, start_value


class Constraint(ABC):
    """A term of the negative log-likelihood that depends on parameters alone.

    It stands for an auxiliary measurement, whose outcome is a number or several.
    """

    @property
    @abstractmethod
    def outcome(self) -> tuple[float, ...]:
        """The numbers that were measured; empty where there are none."""

    @abstractmethod
    def nll_of(self, outcome: Sequence[Operand]) -> Node:
        """The term, normalisation included, for another outcome, of numbers or parameters."""

    def nll(self) -> Node:
        """The term for what was measured."""
        return self.nll_of(self.outcome)

    @abstractmethod
    def fluctuated(self, values: Mapping[str, float], generator: np.random.Generator) -> Constraint:
        """The same constraint with its outcome drawn anew, as toys need it, at `values` by parameter."""


def check_quantity(kind: str, held: object) -> str:
    """Where an error about a constraint is; raises ModelError unless it is on an expression of parameters."""
    if not is_operand(held):
        raise ModelError(f"{kind}: its quantity is {shown(held)}; give a Parameter or an expression")
    node = as_node(held)  # type: ignore[arg-type]
    where = f"{kind} on {node}"
    if node.stage & Stage.DATASET:
        raise ModelError(f"{where}: it depends on an observable; it may depend on parameters only")
    if not leaves([node], Op.PARAM):
        raise ModelError(f"{where}: no parameter is in it, so that nothing is constrained; remove it")
    return where


def check_positive(where: str, quantity: Operand) -> None:
    """Raises ModelError unless a quantity is positive at the start, and a parameter's lower limit >= 0."""
    node = as_node(quantity)
    if node.op is Op.PARAM and -math.inf < node.parameter.low < 0.0:
        raise ModelError(
            f"{where}: the lower limit {node.parameter.low:g} lets it become negative; set it to 0 or more"
        )
    start = start_value(node)
    if not start > 0.0:
        raise ModelError(f"{where}: it is {start:g} at the start; it must be > 0")


def check_start(where: str, term: Node) -> None:
    """Raises ModelError unless the term of a constraint is finite at the start of its parameters."""
    start = start_value(term)
    if not math.isfinite(start):
        raise ModelError(
            f"{where}: its term is {start:g} at the start; start nearer to what is known, or check its errors"
        )


def check_number(where: str, name: str, value: Any, positive: bool = False) -> None:
    """Raises ModelError unless a value is a finite number, and positive where it has to be."""
    if not is_operand(value) or isinstance(value, Arithmetic):
        raise ModelError(f"{where}: {name} is {shown(value)}; give a number")
    if positive and not (math.isfinite(value) and value > 0):
        what = "a width" if name == "sigma" else "it"
        raise ModelError(f"{where}: {name} is {value}; {what} must be > 0 and finite")
    if not math.isfinite(value):
        raise ModelError(f"{where}: {name} {value} is not finite")
