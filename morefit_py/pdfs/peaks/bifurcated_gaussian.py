"""The bifurcated Gaussian: a width of its own on each side of the peak."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.tailed_gaussian import Flank, both_sides


@dataclass(frozen=True, eq=False)
class BifurcatedGaussian(Density):
    """exp(-(observable - mu)^2/(2 sigma^2)), sigma_l below mu and sigma_r above.

    mu and the widths in the observable's unit.
    """

    type = "bifurcated_gaussian"
    domains = {"sigma_l": POSITIVE, "sigma_r": POSITIVE}

    observable: Observable
    mu: Operand
    sigma_l: Operand
    sigma_r: Operand

    def log_shape(self) -> Node:
        distance = self.observable - as_node(self.mu)
        left, right = (1.0 / as_node(sigma) ** 2 for sigma in (self.sigma_l, self.sigma_r))
        return -0.5 * select(distance < 0.0, left, right) * distance**2

    def log_between(self, low: Operand, high: Operand) -> Node:
        mu = as_node(self.mu)
        return both_sides(Flank(self.sigma_l), Flank(self.sigma_r), low - mu, high - mu).log()

    def breaks(self) -> tuple[Operand, ...]:
        return (self.mu,)
