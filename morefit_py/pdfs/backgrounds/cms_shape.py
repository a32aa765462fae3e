"""A falling exponential behind the turn-on of a selection."""

from __future__ import annotations

import math
from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, detach, erfc, erfcx, exp, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.integration.composite import composite
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.special import exprel, gaussian_integral

_ROOT_TWO = math.sqrt(2.0)
_NORM = 2.0 / math.sqrt(math.pi)
# Of the inner integral where its exponent varies by less than one.
_NODES = 6


@dataclass(frozen=True, eq=False)
class CMSShape(Density):
    """erfc(-beta (x - alpha)) exp(-gamma (x - alpha)), beta > 0 and gamma of any sign, in inverse units of x.

    As RooCMSShape, whose further parameter `peak` is but a scale, and zfit-physics' CMSShape with alpha as
    its m.
    """

    type = "cms_shape"
    domains = {"beta": POSITIVE}

    observable: Observable
    alpha: Operand
    beta: Operand
    gamma: Operand

    def log_shape(self) -> Node:
        x = self.observable
        turn_on = _turn_on(self.beta * (x - as_node(self.alpha))).log()
        return turn_on - self.gamma * (x - select(as_node(self.gamma) > 0.0, x.low, x.high))

    def log_between(self, low: Operand, high: Operand) -> Node:
        x, gamma = self.observable, as_node(self.gamma)
        shift = gamma * (select(gamma > 0.0, x.low, x.high) - as_node(self.alpha))
        a, b = as_node(low) - self.alpha, as_node(high) - self.alpha
        return (self._from_low(a, b) + self._risen(a, b)).log() + shift

    def _from_low(self, a: Node, b: Node) -> Scaled:
        """The part that is there at the lower end: its turn-on times the integral of the exponential."""
        gamma, length = as_node(self.gamma), b - a
        turn_on = _turn_on(self.beta * a)
        falling = gamma > 0.0
        fall = exprel(select(falling, -gamma, gamma) * length)
        end = select(falling, a, b)
        return Scaled(turn_on.factor * length * fall, turn_on.exponent - gamma * end)

    def _risen(self, a: Node, b: Node) -> Scaled:
        """The integral of exp(-gamma t) times what the turn-on gained since a, t from a to b.

        That is 2/sqrt(pi) times the integral of exp(-u^2) times that of exp(-gamma t) from t = u/beta on,
        u from beta a to beta b: two Gaussian integrals, whose difference cancels where gamma is small;
        there the inner integral is a short rule instead.
        """
        beta, gamma = as_node(self.beta), as_node(self.gamma)
        flat = abs(gamma * (b - a)) < 1.0
        slow, fast = select(flat, gamma, 0.0), select(flat, 1.0 / (b - a), gamma)
        half = fast / (2.0 * beta)
        with_fall = gaussian_integral(_ROOT_TWO * (beta * a + half), _ROOT_TWO * (beta * b + half))
        at_end = gaussian_integral(_ROOT_TWO * beta * a, _ROOT_TWO * beta * b)
        scale = _NORM / _ROOT_TWO / fast
        steep = Scaled(scale * with_fall.factor, with_fall.exponent + half**2) + Scaled(
            -scale * at_end.factor, at_end.exponent - fast * b
        )
        near = select(a > 0.0, beta * a, select(b < 0.0, beta * b, 0.0))
        # The exponents of the nodes differ by less than one from this.
        exponent = detach(-(near**2) - slow * b)
        gentle = composite(lambda v: self._node(a, b, slow, v, exponent), 0.0, 1.0, (), _NODES)
        factor = select(flat, _NORM / beta * gentle, steep.factor)
        return Scaled(factor, select(flat, exponent, steep.exponent))

    def _node(self, a: Node, b: Node, gamma: Node, v: Node, height: Node) -> Node:
        """The integral of exp(-u^2) (b - u/beta) exp(-gamma b + gamma v (b - u/beta)) over u, scaled."""
        beta = as_node(self.beta)
        half = gamma / (2.0 * beta) * v
        start, stop = beta * a + half, beta * b + half
        right, left = start > 0.0, stop < 0.0
        near = select(right, start, select(left, stop, 0.0))
        # Far in the tail all but 1/(2 near^2) of this cancels, so that it is kept free of exp(-near^2).
        fall = exp(select(right, start - stop, select(left, stop - start, 0.0)) * (start + stop))
        ends = select(right, 1.0 - fall, select(left, fall - 1.0, exp(-(start**2)) - exp(-(stop**2))))
        factor = stop * gaussian_integral(_ROOT_TWO * start, _ROOT_TWO * stop).factor / _ROOT_TWO - 0.5 * ends
        return factor * exp(half**2 - near**2 - gamma * b * (1.0 - v) - height)


def _turn_on(z: Node) -> Scaled:
    """erfc(-z), far below zero too."""
    below = z < 0.0
    factor = select(below, erfcx(select(below, -z, 0.0)), erfc(select(below, 0.0, -z)))
    return Scaled(factor, select(below, -(z**2), 0.0))
