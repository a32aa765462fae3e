"""The logarithm of the exponentially modified Gaussian in units of its width, and its derivatives."""

from __future__ import annotations

import math
import operator

import numpy as np

from morefit_py.errors import GraphError
from morefit_py.graph import algebra
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op
from morefit_py.graph.operand import MINUS_ONE, ONE, ZERO, Operand, const, fold, number

# The derivatives that are operations, by how often by u and how often by kappa; a node carries the place.
ORDERS = ((0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2))
_PLACES = {order: place for place, order in enumerate(ORDERS)}


def log_emg(u: Operand, kappa: Operand, by_u: int = 0, by_kappa: int = 0) -> Node:
    """log of the density of z + kappa e at u, z a unit Gaussian and e a unit exponential, or a derivative.

    For kappa < 0 the tail is on the left; at kappa = 0 it is the Gaussian, and it is smooth in kappa there.
    In the textbook form exp(1/(2 kappa^2) - u/kappa) erfc((1/kappa - u)/sqrt(2))/(2 kappa), whose factors
    over- and underflow. Raises GraphError for more than two derivatives.
    """
    order = operator.index(by_u), operator.index(by_kappa)
    if order not in _PLACES:
        known = ", ".join(map(str, ORDERS))
        raise GraphError(f"log_emg has no derivative of order {order}, but of the orders {known}")
    return log_emg_part(u, kappa, _PLACES[order])


def log_emg_part(u: Operand, kappa: Operand, place: int) -> Node:
    """The derivative of order `ORDERS[place]`."""
    from morefit_py.graph.meaning import MEANING

    a, b = number(u), number(kappa)
    if b is ZERO:
        return _gaussian(a, place)
    if a.op is not Op.CONST or b.op is not Op.CONST:
        return intern(Op.LOG_EMG, (a, b), place)

    def value() -> float:
        with np.errstate(all="ignore"):
            return float(MEANING[Op.LOG_EMG](a.value, b.value, place))

    return fold(value, lambda: intern(Op.LOG_EMG, (a, b), place))


def _gaussian(u: Node, place: int) -> Node:
    """Without a tail: to second order in kappa a shift by kappa and a widening by kappa^2."""
    square = algebra.mul(u, u)
    return (
        algebra.add(algebra.mul(-0.5, square), const(-0.5 * math.log(2.0 * math.pi))),
        algebra.mul(MINUS_ONE, u),
        u,
        MINUS_ONE,
        ONE,
        algebra.add(square, const(-2.0)),
    )[place]
