"""The Voigtian: a non-relativistic Breit-Wigner density convolved with a Gaussian."""

from __future__ import annotations

import math
from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, faddeeva_real
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE, Domain
from morefit_py.pdfs.parts.voigt_integral import RULE, voigt_integral


@dataclass(frozen=True, eq=False)
class Voigtian(Density):
    """Re w(z) with z = (observable - mu + i gamma)/(sigma sqrt(2)), w the Faddeeva function.

    mu, sigma and gamma in the observable's unit; sigma is the Gaussian's width, gamma the half width at half
    maximum of the Breit-Wigner density: its `width`, as in `BreitWigner` and RooFit's RooVoigtian, is
    2 gamma. Exact, not the approximation of a sum of both. Abramowitz & Stegun 7.4.13.
    """

    type = "voigtian"
    domains = {"sigma": POSITIVE, "gamma": Domain(0.0, closed=True)}

    observable: Observable
    mu: Operand
    sigma: Operand
    gamma: Operand

    @property
    def normalisation(self) -> str:
        return RULE

    @property
    def _scale(self) -> Node:
        return math.sqrt(2.0) * as_node(self.sigma)

    def _x(self, x: Operand) -> Node:
        return (as_node(x) - self.mu) / self._scale

    def shape(self) -> Node:
        return faddeeva_real(self._x(self.observable), self.gamma / self._scale)

    def between(self, low: Operand, high: Operand) -> Node:
        return self._scale * voigt_integral(self._x(low), self._x(high), self.gamma / self._scale)
