"""Integrals over a peak whose place and width are known, between points where a density may have roots."""

from __future__ import annotations

from collections.abc import Callable

from morefit_py.graph.build import Node, Operand, as_node, asinh, cosh, detach, sinh
from morefit_py.pdfs.integration.unit_rule import unit_integral

_NODES, _PANELS = 16, 12


def rule(pieces: int) -> str:
    """What a density integrated in so many pieces says of its normalisation."""
    return f"fixed rule ({pieces * _NODES * _PANELS} nodes)"


def peak_integral(
    function: Callable[[Node], Node], low: Operand, high: Operand, centre: Operand, scale: Operand
) -> Node:
    """The integral from low to high (low <= high) of a function with a peak of this half width.

    Over v, x = centre + scale sinh v, in which core and tails are of the same size however narrow the
    peak is; and over u, v running as u^2 (3 - 2 u), in which square roots at both ends are smooth. Centre and
    scale are constants to derivatives: they change nothing but the accuracy.
    """
    centre, scale = detach(centre), detach(scale)
    first = asinh((as_node(low) - centre) / scale)
    length = asinh((as_node(high) - centre) / scale) - first

    def integrand(u: Node) -> Node:
        v = first + length * (u**2 * (3.0 - 2.0 * u))
        return function(centre + scale * sinh(v)) * cosh(v) * (u * (1.0 - u))

    return 6.0 * scale * length * unit_integral(integrand, _NODES, _PANELS)
