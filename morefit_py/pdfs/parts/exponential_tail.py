"""The exponential tail of a Gaussian core."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, select
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.special import exprel


@dataclass(frozen=True, eq=False)
class ExponentialTail:
    """exp(alpha^2/2 + alpha t) for t < -alpha, which joins exp(-t^2/2) with equal value and slope.

    S. Das, arXiv:1603.08591.
    """

    alpha: Operand

    def log_value(self, t: Node) -> Node:
        """The logarithm of the tail at t."""
        return as_node(self.alpha) ** 2 / 2.0 + self.alpha * t

    def integral(self, low: Node, high: Node) -> Scaled:
        """The integral over the part of [low, high] in t that lies below -alpha."""
        join = -as_node(self.alpha)
        present, cut = low < join, high > join
        end = select(cut, join, high)
        length = select(present, end - low, 0.0)
        return Scaled(length * exprel(join * length), self.log_value(end), present)
