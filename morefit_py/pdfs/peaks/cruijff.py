"""The Cruijff density: a Gaussian whose width grows with the distance from the peak."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, exp, maximum, minimum, select, sqrt
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE, Domain
from morefit_py.pdfs.integration.unit_rule import unit_integral
from morefit_py.pdfs.parts.quotients import atanrel, sinrel
from morefit_py.pdfs.parts.scaled import Scaled

_NODES = 48
# What lies exp(-_DEEP) below the near end is left out.
_DEEP = 45.0
_LEAST = 1e-30


@dataclass(frozen=True, eq=False)
class Cruijff(Density):
    """exp(-d^2/(2 sigma^2 + alpha d^2)), d = observable - mu, with sigma and alpha of each side of mu.

    mu and the widths in the observable's unit. For alpha > 0 the density levels off at exp(-1/alpha); for
    alpha = 0 it is a Gaussian. Known from BaBar, where it was named; parameters as there and in
    RooFit users' RooCruijff.
    """

    type = "cruijff"
    domains = {
        "sigma_l": POSITIVE,
        "sigma_r": POSITIVE,
        "alpha_l": Domain(0.0, closed=True),
        "alpha_r": Domain(0.0, closed=True),
    }

    observable: Observable
    mu: Operand
    sigma_l: Operand
    sigma_r: Operand
    alpha_l: Operand
    alpha_r: Operand

    @property
    def normalisation(self) -> str:
        return f"fixed rule ({2 * _NODES} nodes)"

    def log_shape(self) -> Node:
        distance = self.observable - as_node(self.mu)
        below, square = distance < 0.0, distance**2
        width = select(below, 2.0 * as_node(self.sigma_l) ** 2, 2.0 * as_node(self.sigma_r) ** 2)
        return -square / (width + select(below, self.alpha_l, self.alpha_r) * square)

    def log_between(self, low: Operand, high: Operand) -> Node:
        low, high = as_node(low) - self.mu, as_node(high) - self.mu
        left = _flank(-high, -low, as_node(self.sigma_l), as_node(self.alpha_l))
        return (left + _flank(low, high, as_node(self.sigma_r), as_node(self.alpha_r))).log()

    def breaks(self) -> tuple[Operand, ...]:
        return (self.mu,)


def _flank(low: Node, high: Node, sigma: Node, alpha: Node) -> Scaled:
    """The integral over the part of [low, high] above zero, as distances from the peak.

    With t = d/sigma and tan(k v) = k t, k^2 = alpha/2, the exponent is -sin^2(k v)/alpha. Integrated by
    parts once, what is left of the integral over t is one of sin^2(k v)/k^2 times the density over v,
    which is smooth and of bounded length however far the range reaches.
    """

    def exponent(t: Node) -> Node:
        return t**2 / (2.0 + alpha * t**2)

    def v(t: Node) -> Node:
        return t * atanrel(0.5 * alpha * t**2)

    present = high > 0.0
    start = select(present, select(low < 0.0, 0.0, low), 0.0) / sigma
    top = exponent(start)
    deepest = top + _DEEP
    reach = sqrt(2.0 * deepest / maximum(1.0 - alpha * deepest, _LEAST))
    stop = minimum(select(present, high, sigma) / sigma, reach)
    first, length = v(start), v(stop) - v(start)

    def integrand(u: Node) -> Node:
        at = first + length * u
        square = (at * sinrel(0.5 * alpha * at**2)) ** 2
        return square * exp(top - 0.5 * square)

    rest = length * unit_integral(integrand, _NODES)
    factor = stop * exp(top - exponent(stop)) - start + rest
    return Scaled(sigma * factor, -top, present)
