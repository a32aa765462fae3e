"""Integrals from 0 to 1 by fixed rules, for functions that are known to suit them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from morefit_py.graph.build import Node, column
from morefit_py.graph.inner import inner
from morefit_py.graph.symbols import Axis, Observable

Array = NDArray[np.float64]
Function = Callable[[Node], Node]


def unit_integral(function: Function, nodes: int, panels: int = 1) -> Node:
    """The integral from 0 to 1 by Gauss and Legendre, exact for polynomials of degree 2 nodes - 1.

    There may be several equal `panels` of as many nodes. A sum once a call where nothing depends on the
    event, else one for every event.
    """
    u, w = np.polynomial.legendre.leggauss(nodes)
    places = (np.arange(panels)[:, None] + 0.5 + 0.5 * u) / panels
    rule = f"Gauss-Legendre rule of {panels} times {nodes} nodes"
    return _sum(rule, function, places.ravel(), np.tile(0.5 * w / panels, panels))


def unit_trapezoid(function: Function, intervals: int) -> Node:
    """The integral from 0 to 1 by the trapezoidal rule, for a function that vanishes at both ends.

    For an analytic one it converges as fast as any rule; a sum as of `unit_integral`.
    """
    w = np.full(intervals + 1, 1.0 / intervals)
    w[[0, -1]] *= 0.5
    return _sum(f"trapezoidal rule of {intervals} intervals", function, np.linspace(0.0, 1.0, w.size), w)


def _sum(rule: str, function: Function, u: Array, w: Array) -> Node:
    node, weight = (Observable(f"{rule}.{name}", 0.0, 1.0) for name in ("node", "weight"))
    return inner(Axis(rule, {node.name: u, weight.name: w}), column(weight) * function(column(node)))
