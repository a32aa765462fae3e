"""The power-law tail of the Crystal Ball densities, without the large constants of its usual form."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, log1p, select
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.special import exprel


@dataclass(frozen=True, eq=False)
class PowerTail:
    """exp(-alpha^2/2) z^-n for t < -alpha, with z = 1 + (alpha/n) (-alpha - t).

    This is A (B - t)^-n of Skwarnicki (DESY-F31-86-02, 1986), appendix E, with A and B combined, so
    that neither overflows for large n. It joins exp(-t^2/2) with equal value and slope.
    """

    alpha: Operand
    n: Operand

    @property
    def steepness(self) -> Node:
        """Minus the slope of z in t."""
        return as_node(self.alpha) / self.n

    @property
    def offset(self) -> Node:
        """z at t = 0."""
        return 1.0 - as_node(self.alpha) * self.steepness

    def log_value(self, log_z: Node) -> Node:
        """The logarithm of the tail where log z is `log_z`."""
        return -(as_node(self.alpha) ** 2) / 2.0 - self.n * log_z

    def integral(self, low: Node, high: Node) -> Scaled:
        """The integral over the part of [low, high] in t that lies below -alpha.

        (n/alpha) z0^(1-n) L exprel((1-n) L) with L = log(z1/z0), z0 at the near end and z1 at the far
        one: the same for n = 1, where other forms divide zero by zero.
        """
        join = -as_node(self.alpha)
        present = low < join
        cut = high > join
        near = select(cut, 0.0, join - high)
        length = select(present, select(cut, join - low, high - low), 0.0)
        stretch = self.steepness * near
        ratio = log1p(self.steepness * length / (1.0 + stretch))
        power = 1.0 - as_node(self.n)
        factor = ratio * exprel(power * ratio) / self.steepness
        return Scaled(factor, self.log_value(log1p(stretch)) + log1p(stretch), present)
