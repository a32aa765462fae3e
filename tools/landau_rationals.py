"""Writes morefit_py/pdfs/parts/landau_rationals.py: rational functions that the Landau density is made of.

Needs mpmath. All are functions of p = omega/(1 + omega) with omega + log omega = lambda, which makes the real
line the unit interval and leaves nothing singular at its ends.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from textwrap import wrap
from typing import Any

import mpmath as mp

TARGET = Path(__file__).resolve().parents[1] / "morefit_py/pdfs/parts/landau_rationals.py"
DEGREE = 7
SPLIT = 0.3
EDGES = {
    "DENSITY": (0.0, 0.13, 0.5, 0.77, 0.89, 0.945, 0.985, 1.0),
    "BELOW": (0.0, 0.08, SPLIT),
    "ABOVE": (SPLIT, 0.6, 0.89, 1.0),
}
HEAD = '''"""Rational functions that the Landau density and its integrals are made of, to 5e-16.

Written by tools/landau_rationals.py, which has the formulas. Edges of the pieces, and for each piece the
coefficients of numerator and denominator, lowest power first, in q from -1 to 1 across the piece.
"""

from morefit_py.pdfs.parts.piecewise_rational import PiecewiseRational

# Up to here the integral from below is approximated, beyond it the one from above.
SPLIT = 0.3
'''


def right(scale: Any, function: Callable[[Any], Any]) -> Any:
    """The integral over t from zero to infinity, by the double exponential rule."""
    step, total = mp.mpf(1) / 24, mp.mpf(0)
    for k in range(-144, 193):
        fall = mp.exp(-k * step)
        t = mp.exp(k * step - fall) / scale
        total += function(t) * t * (1 + fall)
    return total * step


def left(lam: Any, power: int) -> Any:
    """exp(y) times the inverse Laplace transform of s^(s + power - 1), by a line through the saddle s = y."""
    y = mp.exp(-lam - 1)
    step = min(y / 15, mp.sqrt(y) / 12)

    def term(k: int) -> Any:
        s = mp.mpc(y, k * step)
        return (mp.exp(s * mp.log(s) + lam * s - y * mp.log(y) - lam * y) * s ** (power - 1)).real

    total, k = term(0) / 2, 1
    while k * step < 3 * mp.sqrt(y) + 1 or abs(term(k)) > mp.mpf(10) ** -36 * abs(total):
        total += term(k)
        k += 1
    return total * step / mp.pi


def parts(lam: Any) -> tuple[Any, Any, Any]:
    """The logarithms of the density and of its integrals from below and from above, times exp(y)."""
    y = mp.exp(-lam - 1)
    if lam < -1:
        density, below = left(lam, 1), left(lam, 0)
        return mp.log(density), mp.log(below), mp.log(1 - below * mp.exp(-y)) + y
    scale = max(lam, mp.mpf(1))
    # Koelbig and Schorr, Comput. Phys. Commun. 31 (1984) 97, eqs. 1 and 2.
    density = right(scale, lambda t: mp.exp(-lam * t - t * mp.log(t)) * mp.sin(mp.pi * t) / mp.pi)
    above = right(scale, lambda t: mp.exp(-lam * t - t * mp.log(t)) * mp.sin(mp.pi * t) / (mp.pi * t))
    return mp.log(density) + y, mp.log(1 - above) + y, mp.log(above) + y


def smooth(name: str, p: Any) -> Any:
    """What is left of each logarithm when its behaviour at both ends is taken out."""
    omega = p / (1 - p)
    lam = omega + mp.log(omega)
    density, below, above = parts(lam)
    return {
        "DENSITY": density + mp.log(omega) / 2 + mp.log(1 + omega) * 3 / 2,
        "BELOW": below - (lam + 1) / 2,
        "ABOVE": above - mp.exp(-lam - 1) + mp.log(1 + omega),
    }[name]


def rational(name: str, low: float, high: float) -> tuple[list[Any], list[Any]]:
    """The rational function that agrees with `smooth` at Chebyshev's nodes of a piece."""
    a, b, size = mp.mpf(str(low)), mp.mpf(str(high)), 2 * DEGREE + 1
    nodes = [mp.cos(mp.pi * (k + mp.mpf(1) / 2) / size) for k in range(size)]
    values = [smooth(name, (a + b) / 2 + (b - a) / 2 * q) for q in nodes]
    rows = [
        [q**j for j in range(DEGREE + 1)] + [-value * q**j for j in range(1, DEGREE + 1)]
        for q, value in zip(nodes, values, strict=True)
    ]
    found = list(mp.lu_solve(mp.matrix(rows), mp.matrix(values)))
    return found[: DEGREE + 1], [mp.mpf(1), *found[DEGREE + 1 :]]


def text(name: str, edges: Sequence[float]) -> str:
    """One function as source."""
    pieces = [rational(name, low, high) for low, high in pairwise(edges)]
    lines = [f"{name} = PiecewiseRational(", f"    {tuple(edges)},"]
    for side in (0, 1):
        lines.append("    (")
        for piece in pieces:
            numbers = ", ".join(repr(float(number)) for number in piece[side])
            lines += wrap(f"({numbers}),", 106, initial_indent=" " * 8, subsequent_indent=" " * 9)
        lines.append("    ),")
    return "\n".join([*lines, ")  # fmt: skip"])


def main() -> None:
    mp.mp.dps = 32
    blocks = [text(name, edges) for name, edges in EDGES.items()]
    TARGET.write_text("\n".join([HEAD, "\n".join(blocks), ""]), encoding="utf-8")
    sys.stdout.write(f"{TARGET}\n")


if __name__ == "__main__":
    main()
