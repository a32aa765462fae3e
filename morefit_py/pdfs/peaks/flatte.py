"""The Flatte density: a resonance at the threshold of its second channel."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, maximum, select, sqrt
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE, Domain
from morefit_py.pdfs.parts.peak_integral import peak_integral, rule
from morefit_py.pdfs.parts.two_body import squared_momentum

_MASS = Domain(0.0, closed=True)


@dataclass(frozen=True, eq=False)
class Flatte(Density):
    """m rho_1/|M^2 - m^2 - i M (g_1 rho_1 + g_2 rho_2)|^2, M = mean, zero below the threshold m_a1 + m_b1.

    rho_i = 2 q_i/m is the phase space of channel i with products of masses m_ai and m_bi, imaginary with
    positive sign below its threshold; the mass is seen in the first channel. mean, masses and couplings
    g_i in the observable's unit. S. M. Flatte, Phys. Lett. B 63 (1976) 224; couplings as in LHCb,
    arXiv:1402.6248 (others write M g_i as one number).
    """

    type = "flatte"
    domains = {
        "mean": POSITIVE,
        "g_1": POSITIVE,
        "g_2": _MASS,
        "m_a1": _MASS,
        "m_b1": _MASS,
        "m_a2": _MASS,
        "m_b2": _MASS,
    }

    observable: Observable
    mean: Operand
    g_1: Operand
    g_2: Operand
    m_a1: Operand
    m_b1: Operand
    m_a2: Operand
    m_b2: Operand

    @property
    def _thresholds(self) -> tuple[Node, Node]:
        return as_node(self.m_a1) + self.m_b1, as_node(self.m_a2) + self.m_b2

    def _phase_spaces(self, m: Node) -> tuple[Node, Node]:
        """The squares of rho_1 and rho_2."""
        factor = 4.0 / m**2
        first = squared_momentum(m, self.m_a1, self.m_b1)
        return factor * first, factor * squared_momentum(m, self.m_a2, self.m_b2)

    def _shape(self, m: Node) -> Node:
        mean, first, second = as_node(self.mean), as_node(self.g_1), as_node(self.g_2)
        inside = m > self._thresholds[0]
        safe = select(inside, m, self._thresholds[0] + mean)
        open_first, square = self._phase_spaces(safe)
        rho = sqrt(open_first)
        decaying = sqrt(select(square > 0.0, square, 0.0))
        bound = sqrt(select(square > 0.0, 0.0, -square))
        real = (mean - safe) * (mean + safe) + mean * second * bound
        imaginary = mean * (first * rho + second * decaying)
        scale = mean * (first + second) ** 2
        return select(inside, scale * safe * rho / (real**2 + imaginary**2), 0.0)

    @property
    def normalisation(self) -> str:
        return rule(2)

    def shape(self) -> Node:
        return self._shape(self.observable.node)

    def between(self, low: Operand, high: Operand) -> Node:
        """Over w, m = m_2 -+ w^2 on either side of the second threshold m_2, in which there is no cusp."""
        first, second = self._thresholds
        start, stop = maximum(low, first), maximum(high, first)
        above, below = self._poles

        def root(x: Node) -> Node:
            return sqrt(select(x > 0.0, x, 0.0))

        upper = peak_integral(
            lambda w: w * self._shape(second + w**2), root(start - second), root(stop - second), *above
        )
        lower = peak_integral(
            lambda w: w * self._shape(second - w**2), root(second - stop), root(second - start), *below
        )
        return 2.0 * (upper + lower)

    @property
    def _poles(self) -> tuple[tuple[Node, Node], tuple[Node, Node]]:
        """Place and distance of the pole next to the real w above and below the second threshold.

        To leading order in k, k = w above and k = i w below, the denominator is a - c k^2 - i (d + b k).
        """
        mean, threshold = as_node(self.mean), self._thresholds[1]
        difference = as_node(self.m_a2) - self.m_b2
        a, c = (mean - threshold) * (mean + threshold), mean + threshold
        b = mean * self.g_2 * sqrt(2.0 * (threshold**2 - difference**2) / threshold**3)
        d = mean * self.g_1 * sqrt(abs(self._phase_spaces(mean)[0]))
        # p - i q is the square root of the discriminant 4 a c - b^2 - 4 i c d.
        real, cross = 4.0 * a * c - b**2, 2.0 * c * d
        large = sqrt(0.5 * (abs(real) + sqrt(real**2 + 4.0 * cross**2)))
        p, q = (select(real > 0.0, *pair) for pair in ((large, cross / large), (cross / large, large)))
        return (p / (2.0 * c), (q + b) / (2.0 * c)), ((q - b) / (2.0 * c), p / (2.0 * c))

    def breaks(self) -> tuple[Operand, ...]:
        return self._thresholds
