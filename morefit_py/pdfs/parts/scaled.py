"""Positive numbers as factor * exp(exponent): sums of parts of which each may underflow or be absent."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import TRUE, Node, detach, exp, log, logical_or, maximum, select


@dataclass(frozen=True, eq=False)
class Scaled:
    """factor * exp(exponent) where `present` holds, and nothing elsewhere.

    Where it is absent, factor and exponent are any finite numbers.
    """

    factor: Node
    exponent: Node
    present: Node = TRUE

    def log(self) -> Node:
        """The logarithm of the number, for one that is present everywhere."""
        return log(self.factor) + self.exponent

    def __add__(self, other: Scaled) -> Scaled:
        larger = select(other.present, maximum(self.exponent, other.exponent), self.exponent)
        # The common exponent cancels from value and derivatives, so it is a constant to both.
        common = detach(select(self.present, larger, other.exponent))
        factor = self._relative_to(common) + other._relative_to(common)
        return Scaled(factor, common, logical_or(self.present, other.present))

    def _relative_to(self, exponent: Node) -> Node:
        # The inner selection keeps the exponential finite where its value is not used.
        difference = select(self.present, self.exponent - exponent, 0.0)
        return select(self.present, self.factor * exp(difference), 0.0)
