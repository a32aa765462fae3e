"""The time dependence of a decay, as exponentials with real and complex rates."""

from __future__ import annotations

from dataclasses import dataclass, replace

from morefit_py.graph.build import Node, Operand, as_node, cos, exp, expm1, select, sin
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.special import exprel


@dataclass(frozen=True, eq=False)
class DecayTerms:
    """slow e^(-(r - d) s) + fast e^(-(r + d) s) + e^(-r s) (cosine cos(omega s) + sine sin(omega s)), s > 0.

    r = `rate`, d = `half` and `omega` are in inverse units of s, and 0 <= d < r.
    """

    rate: Node
    half: Node
    omega: Node
    slow: Node
    fast: Node
    cosine: Node
    sine: Node

    @classmethod
    def of(
        cls,
        tau: Operand,
        delta_gamma: Operand = 0.0,
        delta_m: Operand = 0.0,
        c_cosh: Operand = 1.0,
        c_sinh: Operand = 0.0,
        c_cos: Operand = 0.0,
        c_sin: Operand = 0.0,
    ) -> DecayTerms:
        """exp(-s/tau) (c_cosh cosh(g) + c_sinh sinh(g) + c_cos cos(m) + c_sin sin(m)).

        g = delta_gamma s/2 and m = delta_m s.
        """
        gamma, even = as_node(delta_gamma), as_node(c_cosh)
        swapped = gamma < 0.0
        odd = select(swapped, -as_node(c_sinh), c_sinh)
        return cls(
            1.0 / as_node(tau),
            select(swapped, -gamma, gamma) / 2.0,
            as_node(delta_m),
            (even + odd) / 2.0,
            (even - odd) / 2.0,
            as_node(c_cos),
            as_node(c_sin),
        )

    @property
    def slowest(self) -> Node:
        """The smallest rate."""
        return self.rate - self.half

    @property
    def fastest(self) -> Node:
        """The largest rate."""
        return self.rate + self.half

    @property
    def at_zero(self) -> Node:
        """The value at s = 0."""
        return self.slow + self.fast + self.cosine

    def mirrored(self) -> DecayTerms:
        """The same with sinh and sin of the other sign, as for a decay at negative times."""
        return replace(self, slow=self.fast, fast=self.slow, sine=-self.sine)

    def remaining(self) -> DecayTerms:
        """The integral from s to infinity, as a function of s."""
        size = self.rate**2 + self.omega**2
        return replace(
            self,
            slow=self.slow / self.slowest,
            fast=self.fast / self.fastest,
            cosine=(self.cosine * self.rate + self.sine * self.omega) / size,
            sine=(self.sine * self.rate - self.cosine * self.omega) / size,
        )

    def value(self, s: Node) -> Scaled:
        """The value at s >= 0."""
        angle = self.omega * s
        waves = self.cosine * cos(angle) + self.sine * sin(angle)
        factor = self.slow + self.fast * exp(-2.0 * self.half * s) + waves * exp(-self.half * s)
        return Scaled(factor, -self.slowest * s)

    def integral(self, start: Node, length: Node) -> Scaled:
        """The integral from start >= 0 to start + length, of intervals however short."""
        ahead = self._shifted(start)
        # 1 - e^-((rate - i omega) length), without the cancellation of either part.
        turn, fall = self.omega * length, -self.rate * length
        real = 2.0 * sin(turn / 2.0) ** 2 - expm1(fall) * cos(turn)
        imag = exp(fall) * sin(turn)
        rest = ahead.remaining()
        factor = (
            ahead.slow * length * exprel(-self.slowest * length)
            + ahead.fast * length * exprel(-self.fastest * length)
            + rest.cosine * real
            - rest.sine * imag
        )
        return Scaled(factor, -self.slowest * start)

    def _shifted(self, start: Node) -> DecayTerms:
        """The same function of s - start, relative to the slowest exponential at start."""
        angle, size = self.omega * start, exp(-self.half * start)
        return replace(
            self,
            fast=self.fast * exp(-2.0 * self.half * start),
            cosine=size * (self.cosine * cos(angle) + self.sine * sin(angle)),
            sine=size * (self.sine * cos(angle) - self.cosine * sin(angle)),
        )
