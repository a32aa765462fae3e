"""Integrals over part of a range with as many nodes as the whole was found to need."""

from __future__ import annotations

from collections.abc import Callable

from morefit_py.graph.build import Node, Operand
from morefit_py.pdfs.integration.composite import NODES, composite
from morefit_py.pdfs.integration.quadrature import Quadrature


def as_fine_as(whole: Quadrature, integrand: Callable[[Node], Node], low: Operand, high: Operand) -> Node:
    """The integral of a function from low to high by equal panels, as many as the rule of the whole has."""
    return composite(integrand, low, high, (), NODES, max(1, whole.nodes // NODES))
