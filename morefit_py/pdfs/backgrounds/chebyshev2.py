"""Polynomials in the basis of Chebyshev polynomials of the second kind."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from morefit_py.pdfs.backgrounds.recurrent import Recurrent


@dataclass(frozen=True, eq=False)
class Chebyshev2(Recurrent):
    """1 + c_1 U_1(u) + c_2 U_2(u) + ..., u running from -1 to 1 over the observable's bounds.

    The coefficients must keep it positive. U_k are Chebyshev polynomials of the second kind
    (Abramowitz & Stegun, 1964, 22.7.5), with U_1 = 2u, as zfit's Chebyshev2.
    """

    type = "chebyshev2"

    @staticmethod
    def recurrence(k: int) -> tuple[Fraction, Fraction, Fraction]:
        return Fraction(2), Fraction(0), Fraction(1)
