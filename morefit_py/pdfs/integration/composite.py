"""Integrals by a fixed number of nodes between cuts that follow the shape of the integrand.

Where a peak, a flank or a tail lies is known from the parameters, so the cuts are put there: the rule is as
accurate wherever the parameters go, and is not chosen from their limits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from morefit_py.graph.build import ONE, ZERO, Node, Operand, as_node, clamp, column, detach, select
from morefit_py.graph.inner import inner
from morefit_py.graph.symbols import Axis, Observable

NODES = 16

Array = NDArray[np.float64]


def composite(
    integrand: Callable[[Node], Node],
    low: Operand,
    high: Operand,
    cuts: Sequence[Operand],
    nodes: int = NODES,
    panels: int = 1,
) -> Node:
    """The integral of a function from low to high by Gauss-Legendre rules between neighbouring cuts.

    The cuts are in ascending order, may lie anywhere and change nothing but the accuracy, so that they are
    constants to derivatives: the function must be smooth across them. Between two there are `panels` equal
    rules. A sum once a call where nothing depends on the event, else one for every event.
    """
    start, length = as_node(low), as_node(high) - low
    unit = detach(select(length > 0.0, length, 1.0))
    inside = [clamp((detach(cut) - detach(start)) / unit, 0.0, 1.0) for cut in cuts]
    parts = [b - a for a, b in pairwise([ZERO, *inside, ONE])]
    axis = _axis(len(parts), nodes, panels)
    places, weights = (
        [column(Observable(_name(axis.name, kind, i), 0.0, 1.0)) for i in range(len(parts))]
        for kind in ("place", "weight")
    )
    return length * inner(axis, _sum(parts, weights) * integrand(start + length * _sum(parts, places)))


def _sum(parts: Sequence[Node], factors: Sequence[Operand]) -> Node:
    found = ZERO
    for part, factor in zip(parts, factors, strict=True):
        found = found + part * factor
    return found


def _rule(pieces: int, nodes: int, panels: int) -> tuple[Array, Array]:
    """For every node the part of each piece that lies below it, and its weight in each piece."""
    u, w = np.polynomial.legendre.leggauss(nodes)
    inside = ((np.arange(panels)[:, None] + 0.5 + 0.5 * u) / panels).ravel()
    place = (np.arange(pieces)[:, None] + inside).ravel()
    below = np.clip(place[:, None] - np.arange(pieces), 0.0, 1.0)
    weight = np.tile(0.5 * w / panels, pieces * panels)[:, None]
    return below, np.where((below > 0.0) & (below < 1.0), weight, 0.0)


@cache
def _axis(pieces: int, nodes: int, panels: int) -> Axis:
    name = f"rule of {nodes} nodes in {pieces} pieces of {panels} panels"
    rows: dict[str, Array] = {}
    for kind, table in zip(("place", "weight"), _rule(pieces, nodes, panels), strict=True):
        rows |= {_name(name, kind, i): np.ascontiguousarray(table[:, i]) for i in range(pieces)}
    return Axis(name, rows)


def _name(axis: str, kind: str, piece: int) -> str:
    return f"{axis}.{kind} {piece}"
