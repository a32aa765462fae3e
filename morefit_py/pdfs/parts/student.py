"""Student's t distribution, and what is left of it with an exponential as a factor."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, exp, expm1, log1p, sqrt
from morefit_py.pdfs.parts.gaussian_average import gaussian_average
from morefit_py.pdfs.parts.quotients import log1prel
from morefit_py.pdfs.parts.scaled import Scaled


@dataclass(frozen=True, eq=False)
class StudentCore:
    """exp(tilt t) (1 + t^2/nu)^(-(nu + 1)/2)."""

    nu: Operand
    tilt: Operand = 0.0

    def log_value(self, t: Node) -> Node:
        """The logarithm of the density at t, which is 0 at t = 0."""
        nu = as_node(self.nu)
        return self.tilt * t - 0.5 * (nu + 1.0) * log1p(t**2 / nu)

    def slope(self, t: Node) -> Node:
        """The derivative of `log_value`."""
        nu = as_node(self.nu)
        return self.tilt - (nu + 1.0) * t / (nu + t**2)

    def integral(self, low: Node, high: Node) -> Scaled:
        """The integral from low to high in t (low < high), for a tilt that is small over the range.

        Over s with s^2 = nu log(1 + t^2/nu), in which the density is a Gaussian to leading order.
        """
        nu = as_node(self.nu)

        def s(t: Node) -> Node:
            return t * sqrt(log1prel(t**2 / nu))

        def rest(s: Node) -> Node:
            w = s**2 / nu
            fall = -expm1(-w)
            # t is s sqrt((exp(w) - 1)/w).
            return sqrt(w / fall) * exp(self.tilt * s * sqrt(exp(w) * fall / w))

        return gaussian_average(s(low), s(high), rest)
