"""Tsallis' q-Gaussian distribution, with tails that are powers."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import (
    Node,
    Operand,
    as_node,
    asinh,
    cosh,
    detach,
    exp,
    maximum,
    minimum,
    sinh,
    sqrt,
)
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE, Domain
from morefit_py.pdfs.integration.composite import NODES, composite
from morefit_py.pdfs.parts.quotients import log1prel
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.special import exprel

# By how much the logarithm of the density falls to each cut; exp(-40) is below rounding.
_FALLS = (1.0, 4.0, 14.0, 40.0)
# Further falls are out of reach of any range.
_MOST = 300.0


@dataclass(frozen=True, eq=False)
class QGaussian(Density):
    """(1 + (q - 1) t^2/2)^(-1/(q - 1)) with t = (x - mu)/sigma, q >= 1; a Gaussian for q = 1.

    As zfit's QGauss; mu and sigma in the observable's unit, sigma the width for q = 1 only. Of Student's
    distribution with nu degrees of freedom, q = (nu + 3)/(nu + 1) (Tsallis, J. Stat. Phys. 52 (1988) 479).
    """

    type = "q_gaussian"
    domains = {"q": Domain(1.0, closed=True), "sigma": POSITIVE}

    observable: Observable
    q: Operand
    mu: Operand
    sigma: Operand

    def _t(self, x: Operand) -> Node:
        return (as_node(x) - self.mu) / self.sigma

    def _log_value(self, t: Node) -> Node:
        half = t**2 / 2.0
        return -half * log1prel((as_node(self.q) - 1.0) * half)

    def log_shape(self) -> Node:
        return self._log_value(self._t(self.observable))

    def log_between(self, low: Operand, high: Operand) -> Node:
        start, stop = self._t(low), self._t(high)
        # In t = scale sinh(s) the tails are exponentials; the scale is that of the core for every q.
        scale = detach(sqrt(2.0 / (as_node(self.q) - 0.8)))
        begin, end = asinh(start / scale), asinh(stop / scale)
        cuts, nearest = self._cuts(detach(begin), detach(end), scale)
        height = detach(self._log_value(nearest))

        def integrand(s: Node) -> Node:
            return cosh(s) * exp(self._log_value(scale * sinh(s)) - height)

        part = composite(integrand, begin, end, cuts)
        return Scaled(self.sigma * scale * part, height).log()

    def _cuts(self, start: Node, stop: Node, scale: Node) -> tuple[list[Node], Node]:
        """Cuts in s around its point nearest to the peak, and the t of that point."""
        tail = detach(self.q) - 1.0
        place = minimum(maximum(start, 0.0), stop)
        t = scale * sinh(place)
        slope = maximum(abs(t) * scale * cosh(place) / (1.0 + tail * t**2 / 2.0), 1e-30)
        away = []
        for fall in _FALLS:
            reach = sqrt(2.0 * fall * exprel(minimum(tail * fall, _MOST)))
            away.append(minimum(asinh(reach / scale), fall / slope))
        return [*(place - by for by in reversed(away)), place, *(place + by for by in away)], t

    @property
    def normalisation(self) -> str:
        return f"quadrature ({NODES} nodes between cuts)"
