"""Quotients that are 0/0 where a parameter vanishes, exact there with their derivatives.

Each is smooth. Near the limit it is a series or a short Gauss-Legendre rule whose error, also in the
second derivative, is below rounding; elsewhere the plain quotient. Each branch sees an argument that is
safe for it.
"""

from __future__ import annotations

import math

import numpy as np

from morefit_py.graph.build import ZERO, Node, Operand, as_node, atan, log1p, select, sinh, sqrt
from morefit_py.pdfs.parts.polynomial import polynomial

_NEAR = 0.125
_RULE = [(0.5 + 0.5 * u, 0.5 * w) for u, w in zip(*np.polynomial.legendre.leggauss(6), strict=True)]


def log1prel(operand: Operand) -> Node:
    """log(1 + z)/z for z > -1, which is 1 at z = 0: the integral of 1/(1 + z u) over u from 0 to 1."""
    z = as_node(operand)
    small = abs(z) < _NEAR
    inner, outer = select(small, z, 0.0), select(small, 1.0, z)
    near = ZERO
    for u, weight in _RULE:
        near = near + float(weight) / (1.0 + float(u) * inner)
    return select(small, near, log1p(outer) / outer)


def sinhrel(operand: Operand) -> Node:
    """sinh(z)/z, which is 1 at z = 0."""
    z = as_node(operand)
    small = abs(z) < 1.0
    inner, outer = select(small, z, 0.0), select(small, 1.0, z)
    near = polynomial([1.0 / math.factorial(2 * k + 1) for k in range(10)], inner**2)
    return select(small, near, sinh(outer) / outer)


def atanrel(operand: Operand) -> Node:
    """atan(z)/z as a function of w = z^2 >= 0, which is 1 at w = 0."""
    w = as_node(operand)
    small = w < _NEAR / 4.0
    inner, outer = select(small, w, 0.0), sqrt(select(small, 1.0, w))
    near = ZERO
    for u, weight in _RULE:
        near = near + float(weight) / (1.0 + float(u) ** 2 * inner)
    return select(small, near, atan(outer) / outer)


def sinrel(operand: Operand) -> Node:
    """sin(z)/z as a function of w = z^2, 0 <= w <= (pi/2)^2, which is 1 at w = 0."""
    return polynomial([(-1.0) ** k / math.factorial(2 * k + 1) for k in range(12)], operand)
