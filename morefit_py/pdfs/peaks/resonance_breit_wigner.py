"""The relativistic Breit-Wigner density of a resonance that decays to two bodies."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node, maximum, minimum, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE, Domain, start_values
from morefit_py.pdfs.parts.peak_integral import peak_integral, rule
from morefit_py.pdfs.parts.reach import EDGE, room_between
from morefit_py.pdfs.parts.two_body import barrier, check_spin, squared_momentum


@dataclass(frozen=True, eq=False)
class ResonanceBreitWigner(Density):
    """m Gamma(m)/((M^2 - m^2)^2 + M^2 Gamma(m)^2), M = mean, zero below the threshold m_a + m_b.

    Gamma(m) = width (q/q0)^(2 spin + 1) (M/m) B(q)^2/B(q0)^2 with q the momentum of the decay products of
    masses m_a and m_b, q0 = q(M), and B Blatt and Weisskopf's barrier factor for this spin (0 to 4) and
    radius, in the inverse unit of the observable (0: none; 1 fm is 5.07/GeV). This is the spectrum of the
    decay products' mass, phase space times squared amplitude (Particle Data Group, review "Resonances").
    Scaled to 1 at m = M.
    Raises ModelError for another spin, and for a mean at the start that is not above the threshold.
    """

    type = "resonance_breit_wigner"
    domains = {
        "mean": POSITIVE,
        "width": POSITIVE,
        "m_a": Domain(0.0, closed=True),
        "m_b": Domain(0.0, closed=True),
        "radius": Domain(0.0, closed=True),
    }

    observable: Observable
    mean: Operand
    width: Operand
    m_a: Operand
    m_b: Operand
    spin: float
    radius: Operand

    def __post_init__(self) -> None:
        super().__post_init__()
        check_spin(self.type, self.spin)
        room = start_values(as_node(self.mean) - self._threshold).min()
        if room <= 0.0:
            raise ModelError(
                f"{self.type}: mean is {-room:g} below the threshold m_a + m_b at the start; it must be above"
            )

    @property
    def _threshold(self) -> Node:
        return as_node(self.m_a) + self.m_b

    def _flow(self, m: Node) -> Node:
        """Gamma(m) m/(width M): the decay's phase space and barrier relative to those at the mean."""
        at_mean = squared_momentum(self.mean, self.m_a, self.m_b)
        ratio = maximum(squared_momentum(m, self.m_a, self.m_b) / at_mean, EDGE)
        z = at_mean * as_node(self.radius) ** 2
        return ratio ** (self.spin + 0.5) * barrier(self.spin, z) / barrier(self.spin, z * ratio)

    def _shape(self, m: Node) -> Node:
        inside = m > self._threshold
        safe = select(inside, m, self.mean)
        mean, flow = as_node(self.mean), self._flow(safe)
        detuning = (safe - mean) * (safe + mean) / (mean * self.width)
        return select(inside, flow / (detuning**2 + (mean / safe * flow) ** 2), 0.0)

    @property
    def normalisation(self) -> str:
        return rule(1)

    def shape(self) -> Node:
        return self._shape(self.observable.node)

    def between(self, low: Operand, high: Operand) -> Node:
        scale = minimum(0.5 * as_node(self.width), self.mean - self._threshold)
        start, stop = (maximum(end, self._threshold) for end in (low, high))
        return peak_integral(self._shape, start, stop, self.mean, scale)

    def breaks(self) -> tuple[Operand, ...]:
        return (self._threshold,)

    def room(self) -> Node:
        return room_between(self._threshold, self.mean)
