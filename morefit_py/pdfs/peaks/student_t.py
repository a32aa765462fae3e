"""Student's t density: a peak with power-law tails on both sides."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, log
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.gaussian_average import RULE
from morefit_py.pdfs.parts.student import StudentCore


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
        return StudentCore(self.nu).log_value(self._t(self.observable))

    def log_between(self, low: Operand, high: Operand) -> Node:
        return log(self.sigma) + StudentCore(self.nu).integral(self._t(low), self._t(high)).log()
