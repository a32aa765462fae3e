"""Polynomials in Hermite's basis."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from morefit_py.pdfs.backgrounds.recurrent import Recurrent


@dataclass(frozen=True, eq=False)
class Hermite(Recurrent):
    """1 + c_1 H_1(u) + c_2 H_2(u) + ..., u running from -1 to 1 over the observable's bounds.

    The coefficients must keep it positive. H_k are the physicists' Hermite polynomials (Abramowitz &
    Stegun, 1964, 22.7.13), with H_1 = 2u, as zfit's Hermite.
    """

    type = "hermite"

    @staticmethod
    def recurrence(k: int) -> tuple[Fraction, Fraction, Fraction]:
        return Fraction(2), Fraction(0), Fraction(2 * k)
