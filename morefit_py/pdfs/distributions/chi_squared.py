"""The chi-squared distribution."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from morefit_py.graph.build import Node, Operand, as_node
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.distributions.gamma import Gamma
from morefit_py.pdfs.fields import POSITIVE


@dataclass(frozen=True, eq=False)
class ChiSquared(Density):
    """x^(ndof/2 - 1) exp(-x/2) for x >= 0, and zero below; ndof need not be whole.

    The gamma distribution of shape ndof/2 and scale 2, as RooChiSquarePdf and zfit's ChiSquared.
    """

    type = "chi_squared"
    domains = {"ndof": POSITIVE}

    observable: Observable
    ndof: Operand

    @cached_property
    def _gamma(self) -> Gamma:
        return Gamma(self.observable, as_node(self.ndof) / 2.0, 2.0)

    def log_shape(self) -> Node:
        return self._gamma.log_shape()

    def log_between(self, low: Operand, high: Operand) -> Node:
        return self._gamma.log_between(low, high)

    @property
    def normalisation(self) -> str:
        return self._gamma.normalisation

    def breaks(self) -> tuple[Operand, ...]:
        return self._gamma.breaks()
