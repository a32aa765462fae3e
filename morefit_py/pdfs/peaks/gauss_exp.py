"""The GaussExp density: a Gaussian core with an exponential tail on its left."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, log, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.exponential_tail import ExponentialTail
from morefit_py.pdfs.parts.tailed_gaussian import one_tail


@dataclass(frozen=True, eq=False)
class GaussExp(Density):
    """exp(-t^2/2) for t > -alpha, else exp(alpha^2/2 + alpha t), with t = (observable - mu)/sigma.

    mu and sigma in the observable's unit (S. Das, arXiv:1603.08591, where alpha is called k).
    """

    type = "gauss_exp"
    domains = {"sigma": POSITIVE, "alpha": POSITIVE}

    observable: Observable
    mu: Operand
    sigma: Operand
    alpha: Operand

    def log_shape(self) -> Node:
        t = (self.observable - as_node(self.mu)) / self.sigma
        return select(t < -as_node(self.alpha), ExponentialTail(self.alpha).log_value(t), -0.5 * t**2)

    def log_between(self, low: Operand, high: Operand) -> Node:
        mu, sigma = as_node(self.mu), as_node(self.sigma)
        low, high = (as_node(low) - mu) / sigma, (as_node(high) - mu) / sigma
        return log(sigma) + one_tail(ExponentialTail(self.alpha), low, high).log()

    def breaks(self) -> tuple[Operand, ...]:
        return (self.mu - as_node(self.alpha) * self.sigma,)
