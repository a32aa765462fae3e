"""The relativistic Breit-Wigner density of constant width."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, atan2, log, log1p, sqrt
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE


@dataclass(frozen=True, eq=False)
class RelativisticBreitWigner(Density):
    """1/(1 + t^2) with t = (observable^2 - mean^2)/(mean width).

    This is M^2 Gamma^2/((m^2 - M^2)^2 + M^2 Gamma^2), the squared propagator of an unstable particle of
    mass M = mean and width Gamma = width, both in the observable's unit, as a density of the mass
    itself; no phase space is multiplied (see `ResonanceBreitWigner`).
    """

    type = "relativistic_breit_wigner"
    domains = {"mean": POSITIVE, "width": POSITIVE}

    observable: Observable
    mean: Operand
    width: Operand

    def _t(self) -> Node:
        mean = as_node(self.mean)
        # Factorised: the difference of the squares loses digits near a narrow peak.
        return (self.observable - mean) * (self.observable + mean) / (mean * self.width)

    def shape(self) -> Node:
        return 1.0 / (1.0 + self._t() ** 2)

    def log_shape(self) -> Node:
        return -log1p(self._t() ** 2)

    def between(self, low: Operand, high: Operand) -> Node:
        """By partial fractions, with poles at +-(p + iq), (p + iq)^2 = M^2 + i M Gamma."""
        mean, width, low, high = (as_node(held) for held in (self.mean, self.width, low, high))
        size = mean * sqrt(mean**2 + width**2)
        p = sqrt((size + mean**2) / 2.0)
        q = mean * width / (2.0 * p)
        # What the poles at +p and at -p see of the range: an angle, and distances to its ends.
        above = [low - p, high - p]
        below = [low + p, high + p]
        angle, logarithm = as_node(0.0), as_node(0.0)
        for sign, (near, far) in ((1.0, above), (-1.0, below)):
            angle = angle + atan2(q * (high - low), near * far + q**2)
            logarithm = logarithm + sign * (log(far**2 + q**2) - log(near**2 + q**2))
        return mean * width / (2.0 * size) * (p * angle - 0.5 * q * logarithm)
