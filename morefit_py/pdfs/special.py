"""Combinations of operations that several densities need, in forms that stay exact in their limits."""

from __future__ import annotations

import math

from morefit_py.graph import build
from morefit_py.graph.build import TRUE, Node, Operand, as_node, select
from morefit_py.pdfs.scaled import Scaled

_SERIES_TERMS = 18
_ROOT_HALF = math.sqrt(0.5)


def exprel(operand: Operand) -> Node:
    """(exp(z) - 1)/z, which is 1 at z = 0, with derivatives of every order exact there too.

    Inside |z| < 1 its Taylor series, sum z^k/(k+1)!; each branch sees an argument that is safe for it.
    """
    z = as_node(operand)
    small = abs(z) < 1.0
    inner = select(small, z, 0.0)
    series = as_node(0.0)
    for k in reversed(range(_SERIES_TERMS + 4)):
        series = series * inner + 1.0 / math.factorial(k + 1)
    outer = select(small, 1.0, z)
    return select(small, series, build.expm1(outer) / outer)


def gaussian_integral(low: Operand, high: Operand, present: Node = TRUE) -> Scaled:
    """The integral of exp(-t^2/2) from low to high (low < high), exact far in either tail.

    Mirrored so that the interval reaches further to the right, then with
    erfcx(z) = exp(z^2) erfc(z) where it starts right of the peak (Cody, 1969).
    """
    a, b = select(present, low, 0.0), select(present, high, 1.0)
    mirrored = a + b < 0.0
    a, b = select(mirrored, -b, a), select(mirrored, -a, b)
    beyond = a > 0.0
    start, stop = select(beyond, a, 0.0), select(beyond, b, 1.0)
    fall = build.exp((start - stop) * (start + stop) / 2.0)
    outside = build.erfcx(start * _ROOT_HALF) - fall * build.erfcx(stop * _ROOT_HALF)
    inside = build.erf(b * _ROOT_HALF) - build.erf(a * _ROOT_HALF)
    factor = math.sqrt(math.pi / 2.0) * select(beyond, outside, inside)
    return Scaled(factor, -(start**2) / 2.0, present)


def log_gaussian_integral(low: Operand, high: Operand) -> Node:
    """log of the integral of exp(-t^2/2) from low to high (low < high)."""
    return gaussian_integral(low, high).log()
