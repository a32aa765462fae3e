"""The Faddeeva function w(z) = exp(-z^2) erfc(-i z) of z = x + i y, as two real functions of x and y."""

from __future__ import annotations

import operator

import numpy as np

from morefit_py.errors import GraphError
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op
from morefit_py.graph.operand import Operand, fold, number

# Higher derivatives follow from two lower ones.
MAX_ORDER = 2


def faddeeva_real(x: Operand, y: Operand, order: int = 0) -> Node:
    """The real part of w(x + i y), or of its derivative of this order by z.

    For y >= 0 it is the Voigt profile: sqrt(pi) times the convolution of the Gaussian density of width
    1/sqrt(2) with the Cauchy density of half width y. Below the axis w grows as 2 exp(y^2 - x^2).
    Raises GraphError for an order other than 0, 1 and 2.
    """
    return faddeeva_part(Op.FADDEEVA_REAL, x, y, order)


def faddeeva_imag(x: Operand, y: Operand, order: int = 0) -> Node:
    """The imaginary part of w(x + i y), or of its derivative of this order by z; see `faddeeva_real`."""
    return faddeeva_part(Op.FADDEEVA_IMAG, x, y, order)


def faddeeva_part(op: Op, x: Operand, y: Operand, order: int) -> Node:
    """The real or the imaginary part, whichever the operation is."""
    from morefit_py.graph.meaning import MEANING

    a, b, order = number(x), number(y), operator.index(order)
    if not 0 <= order <= MAX_ORDER:
        raise GraphError(f"a derivative of order {order} of the Faddeeva function; the order is 0, 1 or 2")
    if a.op is not Op.CONST or b.op is not Op.CONST:
        return intern(op, (a, b), order)

    def value() -> float:
        with np.errstate(all="ignore"):
            return float(MEANING[op](a.value, b.value, order))

    return fold(value, lambda: intern(op, (a, b), order))
