"""Multiplicative responses of a yield to a nuisance parameter (HistFactory's interpolation codes)."""

from __future__ import annotations

import math
import sys

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node, exp, select
from morefit_py.pdfs.parts.interpolation import additive


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
    try:
        up, down = additive(alpha, code)
    except ModelError as problem:
        raise ModelError(f"weightsys: {problem}") from None
    factor = 1.0 + up * (high - 1.0) + down * (1.0 - low)
    return select(factor > 0.0, factor, sys.float_info.min)
