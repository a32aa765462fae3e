"""The exponentially modified Gaussian: a Gaussian with an exponential tail on one side."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, log
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.smeared_exponential import SmearedExponential


@dataclass(frozen=True, eq=False)
class ExponentiallyModifiedGaussian(Density):
    """A Gaussian (mu, sigma) convolved with exp(-s/tau)/tau for s > 0, all in the observable's unit.

    exp(-u^2/2) erfcx((sigma/tau - u)/sqrt(2))/(2 tau) with u = (observable - mu)/sigma; tau < 0 gives the
    mirror image, its tail on the left, and tau = 0 the Gaussian. Far in the tail neither factor can be
    computed alone, so that the logarithm is an operation. E. Grushka, Anal. Chem. 44 (1972) 1733; its rate
    is 1/tau.
    """

    type = "emg"
    domains = {"sigma": POSITIVE}

    observable: Observable
    mu: Operand
    sigma: Operand
    tau: Operand

    @property
    def _smeared(self) -> SmearedExponential:
        return SmearedExponential(as_node(self.tau) / self.sigma)

    def _u(self, x: Operand) -> Node:
        return (as_node(x) - self.mu) / self.sigma

    def log_shape(self) -> Node:
        return self._smeared.log(self._u(self.observable))

    def log_between(self, low: Operand, high: Operand) -> Node:
        return log(self.sigma) + self._smeared.integral(self._u(low), self._u(high)).log()
