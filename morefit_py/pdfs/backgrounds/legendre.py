"""Polynomials in Legendre's basis."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from morefit_py.pdfs.backgrounds.recurrent import Recurrent


@dataclass(frozen=True, eq=False)
class Legendre(Recurrent):
    """1 + c_1 P_1(u) + c_2 P_2(u) + ..., u running from -1 to 1 over the observable's bounds.

    The coefficients must keep it positive. P_k are Legendre polynomials (Abramowitz & Stegun, 1964,
    22.7.10); none but the 1 has a part in the integral.
    """

    type = "legendre"

    @staticmethod
    def recurrence(k: int) -> tuple[Fraction, Fraction, Fraction]:
        return Fraction(2 * k + 1, k + 1), Fraction(0), Fraction(k, k + 1)
