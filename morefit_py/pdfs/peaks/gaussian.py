"""The Gaussian density, truncated to the observable's bounds."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, log
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.special import log_gaussian_integral


@dataclass(frozen=True, eq=False)
class Gaussian(Density):
    """exp(-t^2/2) with t = (observable - mu)/sigma; mu and sigma in the observable's unit."""

    type = "gaussian"
    domains = {"sigma": POSITIVE}

    observable: Observable
    mu: Operand
    sigma: Operand

    def _t(self, x: Operand) -> Node:
        return (as_node(x) - self.mu) / self.sigma

    def log_shape(self) -> Node:
        return -(self._t(self.observable) ** 2) / 2.0

    def landmarks(self) -> tuple[Operand, ...]:
        reach = 6.5 * as_node(self.sigma)
        return self.mu - reach, self.mu, self.mu + reach

    def log_between(self, low: Operand, high: Operand) -> Node:
        return log(self.sigma) + log_gaussian_integral(self._t(low), self._t(high))
