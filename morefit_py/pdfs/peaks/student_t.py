"""Student's t density: a peak with power-law tails on both sides."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, expm1, log, log1p, sqrt
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.gaussian_average import RULE, gaussian_average
from morefit_py.pdfs.parts.quotients import log1prel


@dataclass(frozen=True, eq=False)
class StudentT(Density):
    """(1 + t^2/nu)^(-(nu + 1)/2) with t = (observable - mu)/sigma; mu and sigma in the observable's unit.

    For nu = 1 it is a Breit-Wigner density, for large nu a Gaussian.
    """

    type = "student_t"
    domains = {"sigma": POSITIVE, "nu": POSITIVE}

    observable: Observable
    mu: Operand
    sigma: Operand
    nu: Operand

    def _t(self, x: Operand) -> Node:
        return (as_node(x) - self.mu) / self.sigma

    @property
    def normalisation(self) -> str:
        return RULE

    def log_shape(self) -> Node:
        nu = as_node(self.nu)
        return -0.5 * (nu + 1.0) * log1p(self._t(self.observable) ** 2 / nu)

    def log_between(self, low: Operand, high: Operand) -> Node:
        """Over s with s^2 = nu log(1 + t^2/nu), in which the density is a Gaussian to leading order."""
        nu = as_node(self.nu)

        def s(x: Operand) -> Node:
            t = self._t(x)
            return t * sqrt(log1prel(t**2 / nu))

        def slope(s: Node) -> Node:
            w = s**2 / nu
            return sqrt(w / -expm1(-w))

        return log(self.sigma) + gaussian_average(s(low), s(high), slope).log()
