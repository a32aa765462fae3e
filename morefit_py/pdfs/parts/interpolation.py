"""Additive interpolation between a nominal value and what one standard deviation up and down makes of it.

HistFactory, CERN-OPEN-2012-016: the value at alpha is I0 + up(alpha) (I+ - I0) + down(alpha) (I0 - I-).
"""

from __future__ import annotations

from morefit_py.errors import ModelError, nearest
from morefit_py.graph.build import ZERO, Node, Operand, as_node, logical_and, select

CODES = ("code0", "code4p")


def additive(alpha: Operand, code: str) -> tuple[Node, Node]:
    """The factors of I+ - I0 and of I0 - I- at alpha, in units of standard deviations.

    "code0" is linear on either side. "code4p" is a polynomial of sixth degree for |alpha| <= 1, alpha/2 +-
    (3 alpha^6 - 10 alpha^4 + 15 alpha^2)/16, and linear outside, with continuous second derivative.
    Raises ModelError for another code.
    """
    if code not in CODES:
        raise ModelError(f"unknown interp_code {code!r}{nearest(str(code), CODES)}")
    a = as_node(alpha)
    up, down = select(a < 0.0, ZERO, a), select(a < 0.0, a, ZERO)
    if code == "code0":
        return up, down
    inside = logical_and(a <= 1.0, a >= -1.0)
    curve = (3.0 * a**6 - 10.0 * a**4 + 15.0 * a**2) / 16.0
    return select(inside, a / 2.0 + curve, up), select(inside, a / 2.0 - curve, down)
