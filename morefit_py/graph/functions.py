"""Functions of expressions, folded on constants through their NumPy meaning."""

from __future__ import annotations

import numpy as np

from morefit_py.graph import algebra
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op
from morefit_py.graph.operand import HALF, ONE, ZERO, Operand, as_node, fold


def function(op: Op, operand: Operand) -> Node:
    """A unary operation, folded on constants through its NumPy meaning."""
    x = as_node(operand)
    if x.op is Op.CONST:
        from morefit_py.graph.meaning import MEANING

        def number() -> float:
            with np.errstate(all="ignore"):
                return float(MEANING[op](np.float64(x.value)))

        return fold(number, lambda: intern(op, (x,)))
    return intern(op, (x,))


def exp(operand: Operand) -> Node:
    """exp x; a logarithm added to its argument becomes a factor."""
    x = as_node(operand)
    if x.op is Op.LOG:
        return x.args[0]
    if x.op is Op.ADD:
        for part, rest in (x.args, x.args[::-1]):
            if part.op is Op.LOG:
                return algebra.mul(part.args[0], exp(rest))
    return function(Op.EXP, x)


def log(operand: Operand) -> Node:
    """log x; the logarithm of an exponential inside a product leaves it exactly."""
    x = as_node(operand)
    if x.op is Op.EXP:
        return x.args[0]
    if x.op is Op.SQRT:
        return algebra.mul(HALF, log(x.args[0]))
    if x.op is Op.MUL:
        exponent, rest = ZERO, ONE
        stack = [x]
        while stack:
            part = stack.pop()
            if part.op is Op.MUL:
                stack.extend(part.args)
            elif part.op is Op.EXP:
                exponent = algebra.add(exponent, part.args[0])
            else:
                rest = algebra.mul(rest, part)
        if exponent is not ZERO:
            return algebra.add(exponent, log(rest))
    return function(Op.LOG, x)


def sqrt(operand: Operand) -> Node:
    return function(Op.SQRT, operand)


def erf(operand: Operand) -> Node:
    return function(Op.ERF, operand)


def erfc(operand: Operand) -> Node:
    return function(Op.ERFC, operand)


def erfcx(operand: Operand) -> Node:
    return function(Op.ERFCX, operand)


def expm1(operand: Operand) -> Node:
    return function(Op.EXPM1, operand)


def log1p(operand: Operand) -> Node:
    return function(Op.LOG1P, operand)


def sin(operand: Operand) -> Node:
    return function(Op.SIN, operand)


def cos(operand: Operand) -> Node:
    return function(Op.COS, operand)


def lgamma(operand: Operand) -> Node:
    return function(Op.LGAMMA, operand)


def polygamma(order: int, operand: Operand) -> Node:
    """The derivative of order `order + 1` of log Gamma."""
    return intern(Op.POLYGAMMA, (as_node(operand),), order)


def digamma(operand: Operand) -> Node:
    return polygamma(0, operand)


def absolute(operand: Operand) -> Node:
    x = as_node(operand)
    return x if x.op in (Op.ABS, Op.EXP, Op.SQRT) else function(Op.ABS, x)


def atan2(y: Operand, x: Operand) -> Node:
    return _binary(Op.ATAN2, y, x)


def minimum(left: Operand, right: Operand) -> Node:
    return _binary(Op.MIN, left, right)


def maximum(left: Operand, right: Operand) -> Node:
    return _binary(Op.MAX, left, right)


def clamp(operand: Operand, low: Operand, high: Operand) -> Node:
    """The nearest value in [low, high]; its derivative is zero outside."""
    return minimum(maximum(operand, low), high)


def _binary(op: Op, left: Operand, right: Operand) -> Node:
    a, b = as_node(left), as_node(right)
    if a is b and op in (Op.MIN, Op.MAX):
        return a
    if a.op is Op.CONST and b.op is Op.CONST:
        from morefit_py.graph.meaning import MEANING

        return fold(lambda: float(MEANING[op](a.value, b.value)), lambda: intern(op, (a, b)))
    if op in (Op.MIN, Op.MAX) and b.key < a.key:
        a, b = b, a
    return intern(op, (a, b))


def detach(operand: Operand) -> Node:
    """The value of an expression, taken as constant by every derivative."""
    x = as_node(operand)
    return x if x.op in (Op.CONST, Op.DETACH) else intern(Op.DETACH, (x,))
