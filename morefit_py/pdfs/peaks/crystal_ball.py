"""The Crystal Ball density: a Gaussian core with a power-law tail on its left."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, log, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE, Domain
from morefit_py.pdfs.parts.power_tail import PowerTail
from morefit_py.pdfs.parts.tailed_gaussian import one_tail


@dataclass(frozen=True, eq=False)
class CrystalBall(Density):
    """exp(-t^2/2) for t > -alpha, else A (B - t)^-n, with t = (observable - mu)/sigma.

    A = (n/alpha)^n exp(-alpha^2/2) and B = n/alpha - alpha; mu and sigma in the observable's unit
    (T. Skwarnicki, DESY-F31-86-02, 1986, appendix E). `RightCrystalBall` has its tail on the right.
    """

    type = "crystal_ball"
    domains = {"sigma": POSITIVE, "alpha": POSITIVE, "n": Domain(1.0)}

    observable: Observable
    mu: Operand
    sigma: Operand
    alpha: Operand
    n: Operand

    def log_shape(self) -> Node:
        distance, width = self.observable - as_node(self.mu), as_node(self.sigma)
        tail = PowerTail(self.alpha, self.n)
        left = distance < -width * self.alpha
        # The core feeds the logarithm 1, which is safe whatever its own distance.
        log_z = log(select(left, tail.offset - tail.steepness / width * distance, 1.0))
        return select(left, tail.log_value(log_z), -0.5 / width**2 * distance**2)

    def log_between(self, low: Operand, high: Operand) -> Node:
        mu, sigma = as_node(self.mu), as_node(self.sigma)
        low, high = (as_node(low) - mu) / sigma, (as_node(high) - mu) / sigma
        return log(sigma) + one_tail(PowerTail(self.alpha, self.n), low, high).log()

    def breaks(self) -> tuple[Operand, ...]:
        return (self.mu - as_node(self.alpha) * self.sigma,)
