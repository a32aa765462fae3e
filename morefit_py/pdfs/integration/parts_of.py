"""Integrals over part of a range with as many nodes as the whole was found to need."""

from __future__ import annotations

from collections.abc import Callable

from morefit_py.graph.build import Node, Operand, as_node, param
from morefit_py.graph.op import Stage
from morefit_py.graph.symbols import Parameter
from morefit_py.pdfs.integration.composite import NODES, composite
from morefit_py.pdfs.integration.quadrature import Quadrature

# Pieces of an interval whose ends or integrand differ by event: bins, which are parts of the range.
_BY_EVENT = 4


def as_fine_as(whole: Quadrature, integrand: Callable[[Node], Node], low: Operand, high: Operand) -> Node:
    """The integral of a function from low to high by equal panels, as many as the rule of the whole has.

    Where it differs by event there are a few panels only: such intervals are bins.
    """
    panels = max(1, whole.nodes // NODES)
    probe = integrand(param(Parameter("_place", 0.5)))
    by_event = (as_node(low) + high + probe).stage > Stage.CALL
    return composite(integrand, low, high, (), NODES, min(panels, _BY_EVENT) if by_event else panels)
