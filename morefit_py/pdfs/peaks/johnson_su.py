"""Johnson's SU density: what becomes normal by an inverse hyperbolic sine."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, asinh, log, log1p
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.special import log_gaussian_integral


@dataclass(frozen=True, eq=False)
class JohnsonSU(Density):
    """exp(-r^2/2)/sqrt(1 + z^2) with r = gamma + delta asinh z and z = (observable - mu)/lambd.

    mu and lambd (lambda) in the observable's unit; for gamma > 0 the longer tail is on the left.
    N. L. Johnson, Biometrika 36 (1949) 149; parameters as in RooFit's RooJohnson and zfit's JohnsonSU.
    """

    type = "johnson_su"
    domains = {"lambd": POSITIVE, "delta": POSITIVE}

    observable: Observable
    mu: Operand
    lambd: Operand
    gamma: Operand
    delta: Operand

    def _z(self, x: Operand) -> Node:
        return (as_node(x) - self.mu) / self.lambd

    def _r(self, x: Operand) -> Node:
        return self.gamma + self.delta * asinh(self._z(x))

    def log_shape(self) -> Node:
        x = self.observable.node
        return -0.5 * self._r(x) ** 2 - 0.5 * log1p(self._z(x) ** 2)

    def log_between(self, low: Operand, high: Operand) -> Node:
        return log(as_node(self.lambd) / self.delta) + log_gaussian_integral(self._r(low), self._r(high))
