"""Functions of expressions, folded on constants through their NumPy meaning."""

from __future__ import annotations

import operator

import numpy as np

from morefit_py.errors import GraphError
from morefit_py.graph import algebra
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op
from morefit_py.graph.operand import ONE, ZERO, Operand, fold, number, ordered

_CONST, _ADD, _MUL, _EXP, _LOG = Op.CONST, Op.ADD, Op.MUL, Op.EXP, Op.LOG
_POSITIVE = frozenset({Op.ABS, Op.EXP, Op.SQRT, Op.COSH, Op.ERFC, Op.ERFCX})
# The logarithm of a product looks at this many of its factors for exponentials.
_FACTORS = 64


def function(op: Op, operand: Operand) -> Node:
    """A unary operation, folded on constants through its NumPy meaning."""
    x = number(operand)
    return _folded(op, x) if x.op is _CONST else intern(op, (x,))


def _folded(op: Op, x: Node, *payload: int) -> Node:
    from morefit_py.graph.meaning import MEANING

    def value() -> float:
        with np.errstate(all="ignore"):
            return float(MEANING[op](np.float64(x.value), *payload))

    return fold(value, lambda: intern(op, (x,), *payload))


def exp(operand: Operand) -> Node:
    """exp x; logarithms added to its argument become factors."""
    x = number(operand)
    factor = ONE
    while x.op is _ADD:
        part, rest = x.args
        if part.op is not _LOG:
            part, rest = rest, part
        if part.op is not _LOG:
            break
        factor, x = algebra.mul(factor, part.args[0]), rest
    if x.op is _LOG:
        return algebra.mul(factor, x.args[0])
    return algebra.mul(factor, function(_EXP, x))


def log(operand: Operand) -> Node:
    """log x; the logarithm of an exponential inside a product leaves it exactly."""
    x = number(operand)
    scale = 1.0
    while x.op is Op.SQRT or (x.op is Op.IPOW and x.power % 2):
        scale *= 0.5 if x.op is Op.SQRT else x.power
        x = x.args[0]
    return algebra.mul(scale, _log(x))


def _log(x: Node) -> Node:
    if x.op is _EXP:
        return x.args[0]
    if x.op is _MUL:
        factors = _factors(x)
        if any(factor.op is _EXP for factor in factors):
            exponent, rest = ZERO, ONE
            for factor in factors:
                if factor.op is _EXP:
                    exponent = algebra.add(exponent, factor.args[0])
                else:
                    rest = algebra.mul(rest, factor)
            return algebra.add(exponent, function(_LOG, rest))
    return function(_LOG, x)


def _factors(product: Node) -> list[Node]:
    """The factors of a product; of a long one only some are single, the others stay products."""
    found: list[Node] = []
    stack = [product]
    while stack:
        part = stack.pop()
        if part.op is _MUL and len(found) + len(stack) < _FACTORS:
            stack.extend(part.args)
        else:
            found.append(part)
    return found


def sqrt(operand: Operand) -> Node:
    """The square root."""
    return function(Op.SQRT, operand)


def erf(operand: Operand) -> Node:
    """The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x."""
    return function(Op.ERF, operand)


def erfc(operand: Operand) -> Node:
    """1 - erf x, without cancellation."""
    return function(Op.ERFC, operand)


def erfcx(operand: Operand) -> Node:
    """exp(x^2) erfc(x), which does not underflow where erfc does."""
    return function(Op.ERFCX, operand)


def expm1(operand: Operand) -> Node:
    """exp(x) - 1, without cancellation near 0."""
    return function(Op.EXPM1, operand)


def log1p(operand: Operand) -> Node:
    """log(1 + x), without cancellation near 0."""
    return function(Op.LOG1P, operand)


def sin(operand: Operand) -> Node:
    """The sine of an angle in radians."""
    return function(Op.SIN, operand)


def cos(operand: Operand) -> Node:
    """The cosine of an angle in radians."""
    return function(Op.COS, operand)


def tan(operand: Operand) -> Node:
    """The tangent of an angle in radians."""
    return function(Op.TAN, operand)


def asin(operand: Operand) -> Node:
    """The arc sine, in radians from -pi/2 to pi/2."""
    return function(Op.ASIN, operand)


def acos(operand: Operand) -> Node:
    """The arc cosine, in radians from 0 to pi."""
    return function(Op.ACOS, operand)


def atan(operand: Operand) -> Node:
    """The arc tangent, in radians from -pi/2 to pi/2."""
    return function(Op.ATAN, operand)


def sinh(operand: Operand) -> Node:
    """The hyperbolic sine."""
    return function(Op.SINH, operand)


def cosh(operand: Operand) -> Node:
    """The hyperbolic cosine."""
    return function(Op.COSH, operand)


def tanh(operand: Operand) -> Node:
    """The hyperbolic tangent."""
    return function(Op.TANH, operand)


def lgamma(operand: Operand) -> Node:
    """log |Gamma(x)|."""
    return function(Op.LGAMMA, operand)


def polygamma(order: int, operand: Operand) -> Node:
    """The derivative of order `order + 1` of log Gamma; raises GraphError for a negative order."""
    x, order = number(operand), operator.index(order)
    if order < 0:
        raise GraphError(f"polygamma of order {order} does not exist; the order is 0 or more")
    return _folded(Op.POLYGAMMA, x, order) if x.op is _CONST else intern(Op.POLYGAMMA, (x,), order)


def digamma(operand: Operand) -> Node:
    """The derivative of log Gamma(x)."""
    return polygamma(0, operand)


def absolute(operand: Operand) -> Node:
    """|x|."""
    x = number(operand)
    if x.op in _POSITIVE or (x.op is Op.IPOW and x.power % 2 == 0):
        return x
    return function(Op.ABS, x)


def floor(operand: Operand) -> Node:
    """The largest whole number that is not above x; its derivative is zero, also where it jumps."""
    return function(Op.FLOOR, operand)


def atan2(y: Operand, x: Operand) -> Node:
    """The angle of the point (x, y), in radians from -pi to pi."""
    a, b = number(y), number(x)
    return _folded_pair(Op.ATAN2, a, b) if a.op is _CONST and b.op is _CONST else intern(Op.ATAN2, (a, b))


def minimum(left: Operand, right: Operand) -> Node:
    """The smaller of two."""
    return _extremum(Op.MIN, number(left), number(right))


def maximum(left: Operand, right: Operand) -> Node:
    """The larger of two."""
    return _extremum(Op.MAX, number(left), number(right))


def _extremum(op: Op, a: Node, b: Node) -> Node:
    if a is b:
        return a
    if a.op is _CONST and b.op is _CONST:
        return _folded_pair(op, a, b)
    return ordered(op, a, b)


def _folded_pair(op: Op, a: Node, b: Node) -> Node:
    from morefit_py.graph.meaning import MEANING

    return fold(lambda: float(MEANING[op](a.value, b.value)), lambda: intern(op, (a, b)))


def detach(operand: Operand) -> Node:
    """The value of an expression, taken as constant by every derivative."""
    x = number(operand)
    return x if x.op in (_CONST, Op.DETACH) else intern(Op.DETACH, (x,))
