"""Combinations of operations that several densities need, in forms that stay exact in their limits."""

from __future__ import annotations

import math

from morefit_py.graph import build
from morefit_py.graph.build import Node, Operand, as_node, select

_SERIES_TERMS = 18


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


def log_gaussian_integral(low: Operand, high: Operand) -> Node:
    """log of the integral of exp(-t^2/2) from low to high (low < high), exact far in either tail.

    Mirrored so that the interval reaches further to the right, then with
    erfcx(z) = exp(z^2) erfc(z) where it starts right of the peak (Cody, 1969).
    """
    a, b = as_node(low), as_node(high)
    mirrored = a + b < 0.0
    a, b = select(mirrored, -b, a), select(mirrored, -a, b)
    root_half = math.sqrt(0.5)
    beyond = a > 0.0
    start = select(beyond, a, 0.0)
    stop = select(beyond, b, 0.0)
    tail = build.erfcx(start * root_half) - build.exp((start**2 - stop**2) / 2.0) * build.erfcx(
        stop * root_half
    )
    outside = build.log(select(beyond, tail, 1.0)) - start**2 / 2.0
    inner_a, inner_b = select(beyond, 0.0, a), select(beyond, 1.0, b)
    inside = build.log(build.erf(inner_b * root_half) - build.erf(inner_a * root_half))
    return math.log(math.sqrt(math.pi / 2.0)) + select(beyond, outside, inside)
