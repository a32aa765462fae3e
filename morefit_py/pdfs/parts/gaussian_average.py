"""Integrals of a Gaussian times a function that varies little over its width."""

from __future__ import annotations

from collections.abc import Callable

from morefit_py.graph.build import Node, exp, minimum, select, sqrt
from morefit_py.pdfs.integration.unit_rule import unit_integral
from morefit_py.pdfs.parts.scaled import Scaled

_NODES = 48
# What lies exp(-_DEEP) below the near end is left out.
_DEEP = 40.0
# What a density that uses it says of its normalisation.
RULE = f"fixed rule ({2 * _NODES} nodes)"


def gaussian_average(low: Node, high: Node, function: Callable[[Node], Node]) -> Scaled:
    """The integral of exp(-s^2/2) f(s) over s from low to high (low < high).

    Each side of zero is measured from where it comes closest to zero, so that neither is lost beside the
    other nor far from zero. To rounding where f is analytic within a distance of one from the real axis
    and grows less than the Gaussian falls.
    """
    right = _side(low, high, function)
    left = _side(-high, -low, lambda s: function(-s))
    return left + right


def _side(low: Node, high: Node, function: Callable[[Node], Node]) -> Scaled:
    """The part at positive s."""
    present = high > 0.0
    # At zero itself the end is taken, whose derivative counts.
    start = select(present, select(low < 0.0, 0.0, low), 0.0)
    length = select(present, high - start, 1.0)
    reach = minimum(length, 2.0 * _DEEP / (start + sqrt(start**2 + 2.0 * _DEEP)))

    def integrand(u: Node) -> Node:
        v = reach * u
        return exp(-v * (start + 0.5 * v)) * function(start + v)

    inner = unit_integral(integrand, _NODES)
    return Scaled(reach * inner, -0.5 * start**2, present)
