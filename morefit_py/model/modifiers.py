"""Multiplicative responses of a yield to a nuisance parameter (HistFactory's interpolation codes)."""

from __future__ import annotations

import math
import sys

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node, exp, select


def normsys(alpha: Operand, low: float, high: float) -> Node:
    """high^alpha for alpha >= 0, low^-alpha below (code1 of CERN-OPEN-2012-016).

    Raises ModelError unless both factors, at alpha = -1 and +1, are positive.
    """
    if not (low > 0 and high > 0 and math.isfinite(low) and math.isfinite(high)):
        raise ModelError(f"normsys: lo = {low:g} and hi = {high:g} must be positive and finite")
    a = as_node(alpha)
    return exp(a * select(a < 0.0, -math.log(low), math.log(high)))


def weightsys(alpha: Operand, low: float, high: float, code: str = "code0") -> Node:
    """The factor 1 + interpolation, additive in alpha, through `low` at -1 and `high` at +1.

    `code0` is piecewise linear; `code4p` a polynomial of sixth degree inside |alpha| <= 1, linear
    outside. A factor that is not positive is the smallest positive number, with derivative zero.
    """
    if not (low > 0 and high > 0 and math.isfinite(low) and math.isfinite(high)):
        raise ModelError(f"weightsys: lo = {low:g} and hi = {high:g} must be positive and finite")
    a = as_node(alpha)
    up, down = high - 1.0, 1.0 - low
    linear = a * select(a < 0.0, down, up)
    if code == "code0":
        change = linear
    elif code == "code4p":
        s, d = (up + down) / 2.0, (up - down) / 16.0
        smooth = s * a + d * (3.0 * a**6 - 10.0 * a**4 + 15.0 * a**2)
        change = select(abs(a) <= 1.0, smooth, linear)
    else:
        raise ModelError(f"weightsys: unknown interp_code {code!r}; known are code0 and code4p")
    factor = 1.0 + change
    return select(factor > 0.0, factor, sys.float_info.min)
