"""Functions that are not operations of their own, made of those that are; exact near their zeros."""

from __future__ import annotations

import math

from morefit_py.graph.algebra import add, mul, sub
from morefit_py.graph.conditions import less, select
from morefit_py.graph.functions import cos, exp, expm1, function, lgamma, log1p, maximum, minimum, sin, sqrt
from morefit_py.graph.node import Node
from morefit_py.graph.op import Op
from morefit_py.graph.operand import HALF, MINUS_ONE, ONE, TWO, ZERO, Operand, number
from morefit_py.graph.powers import div


def sign(operand: Operand) -> Node:
    """-1, 0 or 1."""
    return heaviside(operand, ZERO, low=MINUS_ONE)


def heaviside(operand: Operand, at_zero: Operand = HALF, low: Operand = ZERO) -> Node:
    """`low` below zero, 1 above it, `at_zero` at zero."""
    x = number(operand)
    return select(less(x, ZERO), low, select(less(ZERO, x), ONE, at_zero))


def clamp(operand: Operand, low: Operand, high: Operand) -> Node:
    """The nearest value in [low, high]; its derivative is zero outside."""
    return minimum(maximum(operand, low), high)


def asinh(operand: Operand) -> Node:
    """log(x + sqrt(x^2 + 1)), without its cancellation below zero and at zero."""
    x = number(operand)
    negative = less(x, ZERO)
    size = select(negative, mul(MINUS_ONE, x), x)
    square = mul(size, size)
    grown = log1p(add(size, div(square, add(ONE, sqrt(add(ONE, square))))))
    return select(negative, mul(MINUS_ONE, grown), grown)


def acosh(operand: Operand) -> Node:
    """log(x + sqrt(x^2 - 1)), without its cancellation at one."""
    above = sub(operand, ONE)
    return log1p(add(above, sqrt(mul(above, add(above, TWO)))))


def atanh(operand: Operand) -> Node:
    """log((1 + x)/(1 - x))/2."""
    x = number(operand)
    return mul(HALF, sub(log1p(x), log1p(mul(MINUS_ONE, x))))


def gamma(operand: Operand) -> Node:
    """The gamma function, below zero by reflection (Abramowitz & Stegun 6.1.17)."""
    x = number(operand)
    negative = less(x, ZERO)
    below, above = select(negative, x, -HALF), select(negative, ONE, x)
    reflected = div(math.pi, mul(sin(mul(math.pi, below)), exp(lgamma(sub(ONE, below)))))
    return select(negative, reflected, exp(lgamma(above)))


def beta(left: Operand, right: Operand) -> Node:
    """The beta function of positive arguments."""
    return exp(sub(add(lgamma(left), lgamma(right)), lgamma(add(left, right))))


def sinc(operand: Operand) -> Node:
    """sin(x)/x, which is 1 at zero."""
    x = number(operand)
    small = less(function(Op.ABS, x), 1e-4)
    safe = select(small, ONE, x)
    square = mul(x, x)
    series = sub(add(ONE, mul(square, square) / 120.0), square / 6.0)
    return select(small, series, div(sin(safe), safe))


def cot(operand: Operand) -> Node:
    return div(cos(operand), sin(operand))


def coth(operand: Operand) -> Node:
    """1/tanh(x), in a form that keeps its small difference from one."""
    return add(ONE, div(TWO, expm1(mul(TWO, number(operand)))))
