"""Combinations of operations that several densities need, in forms that stay exact in their limits."""

from __future__ import annotations

import math

import numpy as np

from morefit_py.graph import build
from morefit_py.graph.build import TRUE, ZERO, Node, Operand, as_node, select
from morefit_py.pdfs.parts.scaled import Scaled

_ROOT_HALF = math.sqrt(0.5)


def exprel(operand: Operand) -> Node:
    """(exp(z) - 1)/z, which is 1 at z = 0, with derivatives that hold there too.

    Inside |z| < 1/4 as the integral of exp(z u) over u from 0 to 1 by five Gauss-Legendre nodes, whose
    error, also in the second derivative, is below rounding; a Taylor series would have longer
    derivatives. Each branch sees an argument that is safe for it.
    """
    z = as_node(operand)
    small = abs(z) < 0.25
    inner = select(small, z, 0.0)
    near = ZERO
    for u, w in zip(*np.polynomial.legendre.leggauss(5), strict=True):
        near = near + 0.5 * w * build.exp(0.5 * (1.0 + u) * inner)
    outer = select(small, 1.0, z)
    return select(small, near, build.expm1(outer) / outer)


def gaussian_integral(low: Operand, high: Operand, present: Node = TRUE) -> Scaled:
    """The integral of exp(-t^2/2) from low to high (low <= high), exact far in either tail.

    Beside the peak, measured away from it, with erfcx(z) = exp(z^2) erfc(z) (Cody, 1969).
    """
    a, b = as_node(low), as_node(high)
    right, left = a > 0.0, b < 0.0
    start = select(right, a, select(left, -b, 0.0))
    stop = select(right, b, select(left, -a, 1.0))
    fall = build.exp((start - stop) * (start + stop) / 2.0)
    beside = build.erfcx(start * _ROOT_HALF) - fall * build.erfcx(stop * _ROOT_HALF)
    across = build.erf(b * _ROOT_HALF) - build.erf(a * _ROOT_HALF)
    factor = math.sqrt(math.pi / 2.0) * select(build.logical_or(right, left), beside, across)
    return Scaled(factor, -(start**2) / 2.0, present)


def log_gaussian_integral(low: Operand, high: Operand) -> Node:
    """log of the integral of exp(-t^2/2) from low to high (low < high)."""
    return gaussian_integral(low, high).log()
