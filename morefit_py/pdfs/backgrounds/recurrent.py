"""Sums of polynomials that follow from each other by a recurrence of three terms."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from fractions import Fraction

from morefit_py.graph.build import ONE, ZERO, Node, Operand, as_node
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.integration.pieces import gauss_legendre

# A polynomial by its exact coefficients, the constant first.
Exact = list[Fraction]


@dataclass(frozen=True, eq=False)
class Recurrent(Density):
    """1 + c_1 p_1(u) + c_2 p_2(u) + ..., u running from -1 to 1 over the observable's bounds.

    Subclasses give the recurrence. The polynomials depend on the observable alone, and their means over
    the bounds are exact numbers.
    """

    observable: Observable
    coefficients: tuple[Operand, ...]

    @staticmethod
    @abstractmethod
    def recurrence(k: int) -> tuple[Fraction, Fraction, Fraction]:
        """(a, b, c) of p_{k+1} = (a u + b) p_k - c p_{k-1}, with p_0 = 1 and p_{-1} = 0."""

    def shape(self) -> Node:
        x = self.observable
        u = (x - (x.low + x.high) / 2.0) * (2.0 / x.width)
        before, term, total = ZERO, ONE, ONE
        for k, coefficient in enumerate(self.coefficients):
            a, b, c = (float(value) for value in self.recurrence(k))
            before, term = term, (a * u + b) * term - c * before
            total = total + coefficient * term
        return total

    def between(self, low: Operand, high: Operand) -> Node:
        return gauss_legendre(self.shape(), self.observable, low, high, len(self.coefficients) // 2 + 1)

    def integral(self) -> Node:
        mean = ONE
        for coefficient, part in zip(self.coefficients, self._means(), strict=True):
            mean = mean + as_node(coefficient) * part
        return self.observable.width * mean

    def _means(self) -> list[float]:
        """The mean of every polynomial over u from -1 to 1."""
        before, term = [Fraction(0)], [Fraction(1)]
        found = []
        for k in range(len(self.coefficients)):
            before, term = term, _next(self.recurrence(k), term, before)
            # Odd powers have the mean zero.
            found.append(float(sum(value / (2 * i + 1) for i, value in enumerate(term[::2]))))
        return found


def _next(recurrence: tuple[Fraction, Fraction, Fraction], term: Exact, before: Exact) -> Exact:
    a, b, c = recurrence
    found = [Fraction(0), *(a * value for value in term)]
    for factor, polynomial in ((b, term), (-c, before)):
        for i, value in enumerate(polynomial):
            found[i] += factor * value
    return found
