"""Bukin's density: a Novosibirsk core between two Gaussian-exponential tails."""

from __future__ import annotations

import math
from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, asinh, clamp, cosh, exp, logical_and, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.parabolic_tail import RULE, ParabolicTail
from morefit_py.pdfs.parts.quotients import log1prel, sinhrel
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.special import gaussian_integral

_LOG2 = math.log(2.0)
_ROOT_LOG4 = math.sqrt(2.0 * _LOG2)


@dataclass(frozen=True, eq=False)
class Bukin(Density):
    """Half the maximum is reached at x_l and x_r = peak + (+-1 + tanh eta) w/2, xi = sinh eta.

    Between them exp(-q^2/2), q = sqrt(log 4) log(1 + 2 sinh(2 eta) (x - peak)/w)/(2 eta), and beyond
    exp(-k d + rho d^2)/2, d the distance from x_l or x_r relative to its distance from the peak, k such
    that the slope is continuous; w = 2 sqrt(log 4) width is the full width at half maximum. peak and width
    in the observable's unit; xi of either sign is the asymmetry, rho_l and rho_r are at best negative.
    A. Bukin, arXiv:0711.4449; parameters as in RooFit's RooBukinPdf (Xp, sigp, xi, rho1, rho2).
    """

    type = "bukin"
    domains = {"width": POSITIVE}

    observable: Observable
    peak: Operand
    width: Operand
    xi: Operand
    rho_l: Operand
    rho_r: Operand

    @property
    def _eta(self) -> Node:
        return asinh(self.xi)

    @property
    def _full(self) -> Node:
        """The full width at half maximum."""
        return 2.0 * _ROOT_LOG4 * as_node(self.width)

    @property
    def _halves(self) -> tuple[Node, Node]:
        """The distances from the peak at which half the maximum is reached, left and right."""
        eta = self._eta
        return self._full * exp(-eta) / (2.0 * cosh(eta)), self._full * exp(eta) / (2.0 * cosh(eta))

    @property
    def _tails(self) -> tuple[ParabolicTail, ParabolicTail]:
        eta = self._eta
        fall = 2.0 * _LOG2 * sinhrel(2.0 * eta) / cosh(eta)
        return ParabolicTail(fall * exp(eta), self.rho_l), ParabolicTail(fall * exp(-eta), self.rho_r)

    def _q(self, distance: Node) -> Node:
        """What is Gaussian, at a distance from the peak within the core."""
        s = distance / self._full
        twice = 2.0 * self._eta
        return 2.0 * _ROOT_LOG4 * s * sinhrel(twice) * log1prel(2.0 * s * twice * sinhrel(twice))

    @property
    def normalisation(self) -> str:
        return RULE

    def log_shape(self) -> Node:
        distance = self.observable - as_node(self.peak)
        (left, right), (lower, upper) = self._halves, self._tails
        below, above = distance < -left, distance > right
        tails = select(
            below, lower.log_value((-left - distance) / left), upper.log_value((distance - right) / right)
        )
        core = -0.5 * self._q(clamp(distance, -left, right)) ** 2
        return select(below, tails, select(above, tails, core + _LOG2)) - _LOG2

    def log_between(self, low: Operand, high: Operand) -> Node:
        peak = as_node(self.peak)
        low, high = as_node(low) - peak, as_node(high) - peak
        (left, right), (lower, upper) = self._halves, self._tails
        # The Gaussian of q, completed to a square with the logarithm's Jacobian.
        shift = 2.0 * self._eta / _ROOT_LOG4
        start, stop = clamp(low, -left, right), clamp(high, -left, right)
        inner = gaussian_integral(self._q(start) - shift, self._q(stop) - shift)
        width = self._full / (2.0 * _ROOT_LOG4 * sinhrel(2.0 * self._eta))
        present = logical_and(low < right, high > -left)
        core = Scaled(width * inner.factor, inner.exponent + 0.5 * shift**2 + _LOG2, present)
        total = core
        for half, tail, ends in ((left, lower, (-high, -low)), (right, upper, (low, high))):
            part = tail.integral(*((end - half) / half for end in ends))
            total = total + Scaled(half * part.factor, part.exponent, part.present)
        return total.log() - _LOG2

    def breaks(self) -> tuple[Operand, ...]:
        left, right = self._halves
        return self.peak - left, self.peak + right
