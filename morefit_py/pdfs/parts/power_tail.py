"""Power-law tails, without the large constants of their usual form."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, log1p, select
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.special import exprel


@dataclass(frozen=True, eq=False)
class JoinedPower:
    """exp(log_height) z^-n with z = 1 + (slope/n) d, d >= 0 the distance from the join to the core.

    It joins a core of that height which falls as exp(-slope d), with equal value and slope.
    """

    n: Operand
    log_height: Operand
    slope: Operand

    @property
    def steepness(self) -> Node:
        """The slope of z in d."""
        return as_node(self.slope) / self.n

    def log_value(self, log_z: Node) -> Node:
        """The logarithm of the tail where log z is `log_z`."""
        return as_node(self.log_height) - self.n * log_z

    def integral(self, near: Node, length: Node, present: Node) -> Scaled:
        """The integral over d from `near` to near + length.

        (n/slope) z0^(1-n) L exprel((1-n) L) with L = log(z1/z0), z0 at the near end and z1 at the far
        one: the same for n = 1, where other forms divide zero by zero.
        """
        stretch = self.steepness * near
        ratio = log1p(self.steepness * length / (1.0 + stretch))
        power = 1.0 - as_node(self.n)
        factor = ratio * exprel(power * ratio) / self.steepness
        return Scaled(factor, self.log_value(log1p(stretch)) + log1p(stretch), present)


@dataclass(frozen=True, eq=False)
class PowerTail:
    """exp(-alpha^2/2) z^-n for t < -alpha, with z = 1 + (alpha/n) (-alpha - t).

    This is A (B - t)^-n of Skwarnicki (DESY-F31-86-02, 1986), appendix E, with A and B combined, so
    that neither overflows for large n. It joins exp(-t^2/2) with equal value and slope.
    """

    alpha: Operand
    n: Operand

    @property
    def _power(self) -> JoinedPower:
        return JoinedPower(self.n, -(as_node(self.alpha) ** 2) / 2.0, self.alpha)

    @property
    def steepness(self) -> Node:
        """Minus the slope of z in t."""
        return self._power.steepness

    @property
    def offset(self) -> Node:
        """z at t = 0."""
        return 1.0 - as_node(self.alpha) * self.steepness

    def log_value(self, log_z: Node) -> Node:
        """The logarithm of the tail where log z is `log_z`."""
        return self._power.log_value(log_z)

    def integral(self, low: Node, high: Node) -> Scaled:
        """The integral over the part of [low, high] in t that lies below -alpha."""
        join = -as_node(self.alpha)
        present, cut = low < join, high > join
        near = select(cut, 0.0, join - high)
        length = select(present, select(cut, join - low, high - low), 0.0)
        return self._power.integral(near, length, present)
