"""The Apollonios density: an exponential of a hyperbola, with a power-law tail on its left."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, log, log1p, select, sqrt
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE, Domain
from morefit_py.pdfs.parts.gaussian_average import RULE, gaussian_average
from morefit_py.pdfs.parts.power_tail import JoinedPower
from morefit_py.pdfs.parts.scaled import Scaled


def _hyperbola(t: Operand) -> Node:
    """sqrt(1 + t^2) - 1."""
    square = as_node(t) ** 2
    return square / (1.0 + sqrt(1.0 + square))


@dataclass(frozen=True, eq=False)
class Apollonios(Density):
    """exp(b (1 - sqrt(1 + t^2))) for t > -a, a power law of exponent n beyond; t = (observable - mu)/sigma.

    The tail joins with equal value and slope; mu and sigma in the observable's unit. The core is Gaussian
    of width sigma/sqrt(b) near its peak, exponential with decay length sigma/b beyond. D. Martinez Santos
    and F. Dupertuis, NIM A 764 (2014) 150, whose delta is sigma.
    """

    type = "apollonios"
    domains = {"sigma": POSITIVE, "b": POSITIVE, "a": POSITIVE, "n": Domain(1.0)}

    observable: Observable
    mu: Operand
    sigma: Operand
    b: Operand
    a: Operand
    n: Operand

    def _t(self, x: Operand) -> Node:
        return (as_node(x) - self.mu) / self.sigma

    @property
    def _tail(self) -> JoinedPower:
        a, b = as_node(self.a), as_node(self.b)
        return JoinedPower(self.n, -b * _hyperbola(a), b * a / sqrt(1.0 + a**2))

    @property
    def normalisation(self) -> str:
        return RULE

    def log_shape(self) -> Node:
        t, tail = self._t(self.observable), self._tail
        left = t < -as_node(self.a)
        beyond = tail.log_value(log1p(tail.steepness * select(left, -self.a - t, 0.0)))
        return select(left, beyond, -self.b * _hyperbola(t))

    def log_between(self, low: Operand, high: Operand) -> Node:
        """The core over s with s^2/2 = b (sqrt(1 + t^2) - 1), in which it is a Gaussian."""
        low, high, join, b = self._t(low), self._t(high), -as_node(self.a), as_node(self.b)
        present, reached = low < join, high > join

        def s(t: Node) -> Node:
            return t * sqrt(2.0 * b / (1.0 + sqrt(1.0 + t**2)))

        def slope(s: Node) -> Node:
            q = s**2 / (4.0 * b)
            return (1.0 + 2.0 * q) / sqrt(b * (1.0 + q))

        start, stop = s(select(present, join, low)), s(select(reached, high, join + 1.0))
        core = gaussian_average(start, stop, slope)
        near = select(reached, 0.0, join - high)
        length = select(present, select(reached, join - low, high - low), 0.0)
        whole = Scaled(core.factor, core.exponent, reached) + self._tail.integral(near, length, present)
        return log(self.sigma) + whole.log()

    def breaks(self) -> tuple[Operand, ...]:
        return (self.mu - as_node(self.a) * self.sigma,)
