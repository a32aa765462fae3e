"""The Laplace distribution, exponential to either side."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, expm1, log, logical_or, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE


@dataclass(frozen=True, eq=False)
class Laplace(Density):
    """exp(-|x - mu|/b); mu and b > 0 in the observable's unit.

    The likelihood has a kink in mu at every event, so that a fit of mu is not valid: hold it fixed, or use
    a generalized Gaussian.
    """

    type = "laplace"
    domains = {"b": POSITIVE}

    observable: Observable
    mu: Operand
    b: Operand

    def log_shape(self) -> Node:
        return -abs(self.observable - as_node(self.mu)) / self.b

    def log_between(self, low: Operand, high: Operand) -> Node:
        start, stop = ((as_node(end) - self.mu) / self.b for end in (low, high))
        right, left = start > 0.0, stop < 0.0
        beside = logical_or(right, left)
        near = select(right, start, select(left, -stop, 0.0))
        # Each is a sum of positive parts: from either side of mu, or from one.
        one = -expm1(select(beside, start - stop, -1.0))
        both = -expm1(select(beside, -1.0, start)) - expm1(select(beside, -1.0, -stop))
        return log(self.b) - near + log(select(beside, one, both))

    def breaks(self) -> tuple[Operand, ...]:
        return (self.mu,)
