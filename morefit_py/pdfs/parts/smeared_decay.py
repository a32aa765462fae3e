"""A decay as a Gaussian resolution shows it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from morefit_py.graph.build import (
    Node,
    Operand,
    as_node,
    cos,
    erfcx,
    exp,
    faddeeva_imag,
    faddeeva_real,
    minimum,
    select,
    sin,
)
from morefit_py.pdfs.parts.decay_terms import DecayTerms
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.special import gaussian_integral

_ROOT_HALF = math.sqrt(0.5)
_PEAK = 1.0 / math.sqrt(2.0 * math.pi)


@dataclass(frozen=True, eq=False)
class SmearedDecay:
    """A decay from time zero on, convolved with a Gaussian of `mean` and `sigma`.

    Each exponential of rate r becomes exp(-u^2/2) erfcx(z)/2 with u = (t - mean)/sigma and
    z = (sigma r - u)/sqrt(2), r complex for oscillations, where erfcx(z) = w(i z). With a negative real part
    of z that overflows, and is exp(z^2 - u^2/2) - exp(-u^2/2) erfcx(-z)/2. All is relative to the slowest
    exponential.
    """

    terms: DecayTerms
    mean: Operand
    sigma: Operand

    def _u(self, t: Operand) -> Node:
        return (as_node(t) - self.mean) / self.sigma

    def value(self, t: Operand) -> Scaled:
        """The value at time t."""
        return _Point(self._u(t), as_node(self.sigma), self.terms.slowest).value(self.terms)

    def integral(self, low: Operand, high: Operand) -> Scaled:
        """The integral over [low, high].

        A smeared exponential C of rate r obeys dC/dt = G - r C, G the Gaussian, so that its integral is
        that of G, less the rise of C, over r.
        """
        rest, sigma = self.terms.remaining(), as_node(self.sigma)
        gaussian = gaussian_integral(self._u(low), self._u(high))
        start, stop = (_Point(self._u(t), sigma, self.terms.slowest).value(rest) for t in (low, high))
        return (
            Scaled(_PEAK * rest.at_zero * gaussian.factor, gaussian.exponent)
            + Scaled(start.factor, start.exponent)
            + Scaled(-stop.factor, stop.exponent)
        )


@dataclass(frozen=True, eq=False)
class _Point:
    """One time, in units of the resolution and from its mean on; all relative to the slowest exponential."""

    u: Node
    sigma: Node
    slowest: Node

    @property
    def exponent(self) -> Node:
        """The exponent of the slowest exponential where that leads, else of the Gaussian."""
        near = minimum(self.u, self.sigma * self.slowest)
        return near * (near / 2.0 - self.u)

    @property
    def _gaussian(self) -> Node:
        """exp(-u^2/2), relative to the slowest exponential."""
        return exp(-(minimum(self.sigma * self.slowest - self.u, 0.0) ** 2) / 2.0)

    def value(self, terms: DecayTerms) -> Scaled:
        real, imag = self._oscillating(terms.rate, terms.omega)
        factor = (
            terms.slow * self._real(terms.slowest)
            + terms.fast * self._real(terms.fastest)
            + terms.cosine * real
            + terms.sine * imag
        )
        return Scaled(factor, self.exponent)

    def _from_turn(self, rate: Node) -> tuple[Node, Node, Node]:
        """Whether an exponential leads, the distance from where it begins to, and its exponent if it does."""
        beyond = self.u - self.sigma * rate
        late = beyond > 0.0
        # By the same condition as everywhere: the slope of |beyond| at zero would be that of neither side.
        distance = select(late, beyond, -beyond)
        exponent = self.sigma * (rate - self.slowest) * (self.sigma * (rate + self.slowest) / 2.0 - self.u)
        return late, distance, select(late, exponent, 0.0)

    def _real(self, rate: Node) -> Node:
        late, distance, exponent = self._from_turn(rate)
        rest = 0.5 * self._gaussian * erfcx(_ROOT_HALF * distance)
        return select(late, exp(exponent) - rest, rest)

    def _oscillating(self, rate: Node, omega: Node) -> tuple[Node, Node]:
        """The real and imaginary part of the smeared exp(-(rate - i omega) s)."""
        late, distance, exponent = self._from_turn(rate)
        phase = self.sigma * omega
        real = 0.5 * self._gaussian * faddeeva_real(_ROOT_HALF * phase, _ROOT_HALF * distance)
        imag = 0.5 * self._gaussian * faddeeva_imag(_ROOT_HALF * phase, _ROOT_HALF * distance)
        size = exp(exponent - phase**2 / 2.0)
        angle = phase * (self.u - self.sigma * rate)
        return select(late, size * cos(angle) - real, real), select(late, size * sin(angle), 0.0) + imag
