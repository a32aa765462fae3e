"""The integral of the Voigt profile between two points, without cancellation in any limit."""

from __future__ import annotations

import math

from morefit_py.graph.build import (
    Node,
    Operand,
    as_node,
    atan2,
    erfc,
    faddeeva_imag,
    logical_and,
    logical_or,
    select,
    sqrt,
    tan,
)
from morefit_py.pdfs.integration.unit_rule import unit_integral

_NODES = 20
# What a density that uses it says of its normalisation.
RULE = f"fixed rule ({2 * _NODES} nodes)"


def voigt_integral(low: Operand, high: Operand, y: Operand) -> Node:
    """The integral of Re w(x + iy) over x from low to high (low <= high), y >= 0, w the Faddeeva function.

    The derivative by y of the integral from 0 to x > 0 is -Im w(x + iy), which is negative: that integral
    is one of Im w over the line from x + iy upwards, where w vanishes, and the integral from x on is one
    over the line down to the real axis, where there is a Gaussian left. The first is taken near the
    peak, the second far from it.
    """
    a, b, y = as_node(low), as_node(high), as_node(y)
    # At zero too an end is beside the peak: the two ways differ in their derivatives there.
    left, right = b <= 0.0, a >= 0.0
    # Both ends seen from the peak; the nearer one may lie across it.
    near, far = select(left, -b, a), select(left, -a, b)
    beside = logical_or(left, right)
    deep = logical_and(beside, near > 1.0 + y)
    inner, outer = _line(select(near < 0.0, -near, near), y, deep), _line(far, y, deep)
    return select(beside, select(deep, inner - outer, outer - inner), inner + outer)


def _line(x: Node, y: Node, down: Node) -> Node:
    """The integral from 0 to x, or from x on if `down`."""
    scale = sqrt(x**2 + 2.0)
    angle = select(down, atan2(y, scale), atan2(scale, y))

    def integrand(u: Node) -> Node:
        # Along the line a Lorentzian of this scale is flat in the angle.
        slope = tan(angle * u)
        s = select(down, scale * slope, scale / slope)
        return faddeeva_imag(x, s) * (scale + s**2 / scale)

    along = angle * unit_integral(integrand, _NODES)
    return select(down, along + 0.5 * math.sqrt(math.pi) * erfc(x), along)
