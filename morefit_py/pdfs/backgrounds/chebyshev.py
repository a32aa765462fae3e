"""Polynomials in Chebyshev's basis."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import ONE, Node, Operand, as_node
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.integration.pieces import gauss_legendre


@dataclass(frozen=True, eq=False)
class Chebyshev(Density):
    """1 + c_1 T_1(u) + c_2 T_2(u) + ..., u running from -1 to 1 over the observable's bounds.

    The coefficients must keep it positive. T_k are Chebyshev polynomials of the first kind
    (Abramowitz & Stegun, 1964, 22.7.4); they depend on the observable alone.
    """

    type = "chebyshev"

    observable: Observable
    coefficients: tuple[Operand, ...]

    def shape(self) -> Node:
        x = self.observable
        u = (x - (x.low + x.high) / 2.0) * (2.0 / x.width)
        before, term, total = ONE, u, ONE
        for c in self.coefficients:
            total = total + c * term
            before, term = term, 2.0 * u * term - before
        return total

    def between(self, low: Operand, high: Operand) -> Node:
        return gauss_legendre(self.shape(), self.observable, low, high, len(self.coefficients) // 2 + 1)

    def integral(self) -> Node:
        mean = ONE
        # The odd ones integrate to zero.
        for k, c in list(enumerate(self.coefficients, start=1))[1::2]:
            mean = mean + as_node(c) / (1.0 - k * k)
        return self.observable.width * mean
