"""Expressions in ascending order, whatever the parameters."""

from __future__ import annotations

from collections.abc import Sequence

from morefit_py.graph.build import Node, maximum, minimum


def ascending(values: Sequence[Node]) -> list[Node]:
    """The values sorted, by a network of minima and maxima."""
    held = list(values)
    for last in range(len(held) - 1, 0, -1):
        for i in range(last):
            held[i], held[i + 1] = minimum(held[i], held[i + 1]), maximum(held[i], held[i + 1])
    return held
