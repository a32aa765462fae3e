"""Integrals by a fixed Gauss-Legendre rule, for integrands that are known to suit it."""

from __future__ import annotations

import numpy as np

from morefit_py.graph.build import ZERO, Node, column, total
from morefit_py.graph.node import leaves
from morefit_py.graph.op import Op
from morefit_py.graph.substitute import substitute
from morefit_py.graph.symbols import WEIGHT, Axis, Observable

# What runs from 0 to 1.
UNIT = Observable("_node", 0.0, 1.0)
_WEIGHT = Observable(WEIGHT, 0.0, float("inf"))


def unit_integral(integrand: Node, nodes: int) -> Node:
    """The integral of an expression over `UNIT` from 0 to 1, exact for degree 2 nodes - 1.

    A sum over an axis where the integral is the same for all events, else a term for every node.
    """
    u, w = np.polynomial.legendre.leggauss(nodes)
    u, w = 0.5 + 0.5 * u, 0.5 * w
    if {node.column for node in leaves([integrand], Op.COLUMN)} <= {UNIT}:
        axis = Axis(f"Gauss-Legendre rule of {nodes} nodes", {UNIT.name: u, WEIGHT: w})
        return total(axis, column(_WEIGHT) * integrand)
    result = ZERO
    for at, weight in zip(u, w, strict=True):
        result = result + float(weight) * substitute(integrand, {UNIT.node: float(at) + ZERO})
    return result
