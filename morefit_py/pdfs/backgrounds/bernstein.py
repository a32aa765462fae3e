"""Polynomials in Bernstein's basis."""

from __future__ import annotations

import math
from dataclasses import dataclass

from morefit_py.errors import ModelError
from morefit_py.graph.build import ZERO, Node, Operand
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import Domain
from morefit_py.pdfs.integration.pieces import gauss_legendre


@dataclass(frozen=True, eq=False)
class Bernstein(Density):
    """sum_i b_i C(n, i) v^i (1 - v)^(n - i), v running from 0 to 1 over the observable's bounds.

    Never negative for coefficients >= 0 (Bernstein, 1912). Only their ratios matter: fix one.
    Raises ModelError without any.
    """

    type = "bernstein"
    domains = {"coefficients": Domain(0.0, closed=True)}

    observable: Observable
    coefficients: tuple[Operand, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.coefficients:
            raise ModelError(f"{self.type}: coefficients is empty; give at least one")

    def shape(self) -> Node:
        x, n = self.observable, len(self.coefficients) - 1
        v = (x - x.low) * (1.0 / x.width)
        rest = (x.high - x) * (1.0 / x.width)
        total = ZERO
        for i, b in enumerate(self.coefficients):
            total = total + b * (math.comb(n, i) * v**i * rest ** (n - i))
        return total

    def between(self, low: Operand, high: Operand) -> Node:
        return gauss_legendre(self.shape(), self.observable, low, high, (len(self.coefficients) + 1) // 2)

    def integral(self) -> Node:
        total = ZERO
        for b in self.coefficients:
            total = total + b
        return self.observable.width / len(self.coefficients) * total
