"""Functions of one expression as a rational function on each of a few intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from morefit_py.graph.build import Node, Operand, as_node, select
from morefit_py.pdfs.parts.polynomial import polynomial


@dataclass(frozen=True)
class PiecewiseRational:
    """numerators[i](q)/denominators[i](q) for edges[i] <= x < edges[i + 1], q from -1 to 1 across it.

    Coefficients are in order of rising powers, as many in every piece. Below the first edge and above the
    last the outermost piece is continued.
    """

    edges: tuple[float, ...]
    numerators: tuple[tuple[float, ...], ...]
    denominators: tuple[tuple[float, ...], ...]

    def __call__(self, operand: Operand) -> Node:
        x = as_node(operand)
        widths = [high - low for low, high in pairwise(self.edges)]
        middles = [(low + high) / 2.0 for low, high in pairwise(self.edges)]
        q = (x - self._chosen(x, middles)) * self._chosen(x, [2.0 / width for width in widths])
        top, bottom = (
            polynomial([self._chosen(x, numbers) for numbers in zip(*table, strict=True)], q)
            for table in (self.numerators, self.denominators)
        )
        return top / bottom

    def _chosen(self, x: Node, numbers: Sequence[float]) -> Node:
        """The number of the piece that x lies in: the comparisons are shared by all that are chosen."""
        found = as_node(numbers[0])
        for edge, number in zip(self.edges[1:-1], numbers[1:], strict=True):
            found = select(x < edge, found, number)
        return found
