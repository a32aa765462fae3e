"""The generalized Gaussian distribution, between a Laplace distribution and a box."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import ONE, Node, Operand, as_node, exp, log, maximum, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.power_integral import RULE, gamma_integral
from morefit_py.pdfs.parts.reach import EDGE
from morefit_py.pdfs.parts.scaled import Scaled


@dataclass(frozen=True, eq=False)
class GeneralizedGaussian(Density):
    """exp(-|t|^beta) with t = (x - mu)/sigma; mu and sigma in the observable's unit, beta > 0.

    As zfit's GeneralizedGauss. beta = 2 is a Gaussian of width sigma/sqrt(2), beta = 1 the Laplace
    distribution; beta <= 1 has a kink or cusp at mu, so that mu cannot be fitted there.
    """

    type = "generalized_gaussian"
    domains = {"sigma": POSITIVE, "beta": POSITIVE}

    observable: Observable
    mu: Operand
    sigma: Operand
    beta: Operand

    def _t(self, x: Operand) -> Node:
        return (as_node(x) - self.mu) / self.sigma

    def _power(self, size: Node) -> Node:
        return exp(self.beta * log(maximum(size, EDGE)))

    def log_shape(self) -> Node:
        return -self._power(abs(self._t(self.observable)))

    def log_between(self, low: Operand, high: Operand) -> Node:
        start, stop = self._t(low), self._t(high)
        whole = self._side(start, stop) + self._side(-stop, -start)
        return log(as_node(self.sigma) / self.beta) + whole.log()

    def _side(self, start: Node, stop: Node) -> Scaled:
        """beta times the integral over the part of [start, stop] above zero, in y = t^beta."""
        present = stop > 0.0
        low, high = (select(end > 0.0, self._power(end), 0.0) for end in (start, stop))
        return gamma_integral(ONE / self.beta, 1.0).between(low, high, present)

    @property
    def normalisation(self) -> str:
        return RULE

    def breaks(self) -> tuple[Operand, ...]:
        return (self.mu,)
