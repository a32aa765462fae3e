"""The Landau density: energy loss in thin layers."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, exp, log, maximum, minimum, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.landau_rationals import ABOVE, BELOW, DENSITY, SPLIT
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.wright_omega import wright_omega

# Where the density vanishes in any precision, but its logarithm shall be a number.
_DEEPEST = 300.0


@dataclass(frozen=True, eq=False)
class Landau(Density):
    """phi(t) with t = (observable - mu)/scale: the inverse Laplace transform of s^s, normalised on all t.

    mu and scale in the observable's unit. The peak is at mu - 0.22278 scale, its full width at half
    maximum is 4.0186 scale; as K. Koelbig and B. Schorr, Comput. Phys. Commun. 31 (1984) 97, and RooFit's
    RooLandau define it. Relative accuracy 1e-14 on either side, from rational functions of omega, where
    omega + log omega = t.
    """

    type = "landau"
    domains = {"scale": POSITIVE}

    observable: Observable
    mu: Operand
    scale: Operand

    def _t(self, x: Operand) -> Node:
        return (as_node(x) - self.mu) / self.scale

    def log_shape(self) -> Node:
        t = self._t(self.observable)
        omega = wright_omega(t)
        more = 1.0 + omega
        # The logarithm of omega, also where that is too small for a double.
        log_omega = log(omega) + minimum(t + 100.0, 0.0)
        return DENSITY(omega / more) - _y(t) - 0.5 * log_omega - 1.5 * log(more)

    def log_between(self, low: Operand, high: Operand) -> Node:
        (from_below, y_low, above_low, left_low), (below_high, y_high, above_high, left_high) = (
            _integrals(self._t(x)) for x in (low, high)
        )
        below = below_high - from_below * exp(y_high - y_low)
        across = 1.0 - from_below * exp(-y_low) - above_high
        factor = select(left_high, below, select(left_low, across, above_low - above_high))
        return log(self.scale) + Scaled(factor, select(left_high, -y_high, 0.0)).log()


def _y(t: Node) -> Node:
    return exp(minimum(-t - 1.0, _DEEPEST))


def _integrals(t: Node) -> tuple[Node, Node, Node, Node]:
    """exp(y) times the integral from below, y, the integral from above, and which of the two holds."""
    omega = wright_omega(t)
    p = omega / (1.0 + omega)
    left = p < SPLIT
    below = exp(BELOW(minimum(p, SPLIT)) + 0.5 * (select(left, t, -1.0) + 1.0))
    return below, _y(t), exp(ABOVE(maximum(p, SPLIT))) / (1.0 + omega), left
