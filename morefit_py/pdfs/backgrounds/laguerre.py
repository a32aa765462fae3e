"""Polynomials in Laguerre's basis."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from morefit_py.pdfs.backgrounds.recurrent import Recurrent


@dataclass(frozen=True, eq=False)
class Laguerre(Recurrent):
    """1 + c_1 L_1(u) + c_2 L_2(u) + ..., u running from -1 to 1 over the observable's bounds.

    The coefficients must keep it positive. L_k are Laguerre polynomials (Abramowitz & Stegun, 1964,
    22.7.12), with L_1 = 1 - u, as zfit's Laguerre. On this range they are nearly dependent: beyond the
    third order prefer Legendre polynomials.
    """

    type = "laguerre"

    @staticmethod
    def recurrence(k: int) -> tuple[Fraction, Fraction, Fraction]:
        return Fraction(-1, k + 1), Fraction(2 * k + 1, k + 1), Fraction(k, k + 1)
