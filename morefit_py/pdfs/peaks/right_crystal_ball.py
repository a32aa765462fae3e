"""The Crystal Ball density mirrored: a Gaussian core with a power-law tail on its right."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, log, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE, Domain
from morefit_py.pdfs.parts.power_tail import PowerTail
from morefit_py.pdfs.parts.tailed_gaussian import one_tail


@dataclass(frozen=True, eq=False)
class RightCrystalBall(Density):
    """exp(-t^2/2) for t < alpha, else A (B + t)^-n, with t = (observable - mu)/sigma.

    A and B as in `CrystalBall`, whose mirror image it is: what RooFit's RooCBShape is for a negative
    alpha. mu and sigma in the observable's unit.
    """

    type = "right_crystal_ball"
    domains = {"sigma": POSITIVE, "alpha": POSITIVE, "n": Domain(1.0)}

    observable: Observable
    mu: Operand
    sigma: Operand
    alpha: Operand
    n: Operand

    def log_shape(self) -> Node:
        distance, width = self.observable - as_node(self.mu), as_node(self.sigma)
        tail = PowerTail(self.alpha, self.n)
        right = distance > width * self.alpha
        log_z = log(select(right, tail.offset + tail.steepness / width * distance, 1.0))
        return select(right, tail.log_value(log_z), -0.5 / width**2 * distance**2)

    def log_between(self, low: Operand, high: Operand) -> Node:
        mu, sigma = as_node(self.mu), as_node(self.sigma)
        low, high = (as_node(low) - mu) / sigma, (as_node(high) - mu) / sigma
        return log(sigma) + one_tail(PowerTail(self.alpha, self.n), -high, -low).log()

    def breaks(self) -> tuple[Operand, ...]:
        return (self.mu + as_node(self.alpha) * self.sigma,)
