"""Polynomials in Chebyshev's basis."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from morefit_py.pdfs.backgrounds.recurrent import Recurrent


@dataclass(frozen=True, eq=False)
class Chebyshev(Recurrent):
    """1 + c_1 T_1(u) + c_2 T_2(u) + ..., u running from -1 to 1 over the observable's bounds.

    The coefficients must keep it positive. T_k are Chebyshev polynomials of the first kind
    (Abramowitz & Stegun, 1964, 22.7.4); they depend on the observable alone.
    """

    type = "chebyshev"

    @staticmethod
    def recurrence(k: int) -> tuple[Fraction, Fraction, Fraction]:
        return Fraction(2 if k else 1), Fraction(0), Fraction(1)
