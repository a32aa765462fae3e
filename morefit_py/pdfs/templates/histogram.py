"""A density that is constant in bins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import ONE, Node, Operand, as_node, clamp
from morefit_py.graph.symbols import Observable
from morefit_py.graph.table import table
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.templates.bins import Array, bin_edges, not_negative, pseudo_count


@dataclass(frozen=True, eq=False)
class Histogram(Density):
    """(c_i + pseudo_count)/sum_j (c_j + pseudo_count)/width_i in bin i; the last bin includes its upper edge.

    The edges begin and end at the observable's bounds. A bin without content has density zero, unless a
    pseudo count fills it. Raises ModelError for edges that do not ascend or leave the bounds, and for
    contents of another number, negative, or all zero.
    """

    type = "histogram"

    observable: Observable
    bin_edges: tuple[float, ...]
    bin_content: tuple[float, ...]
    pseudo_count: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        pseudo_count(self.type, self.pseudo_count)
        _ = self._heights

    @cached_property
    def _edges(self) -> Array:
        return bin_edges(self.type, self.bin_edges, self.observable)

    @cached_property
    def _heights(self) -> Array:
        """The density in each bin."""
        edges = self._edges
        content = not_negative(self.type, "bin_content", self.bin_content) + self.pseudo_count
        if len(content) != len(edges) - 1:
            raise ModelError(f"{self.type}: bin_content has {len(content)} values for {len(edges) - 1} bins")
        if not content.sum() > 0:
            raise ModelError(f"{self.type}: bin_content is zero in every bin; there is no density")
        return np.asarray(content / content.sum() / np.diff(edges))

    def shape(self) -> Node:
        return table(self._edges, self._heights, self.observable)

    def integral(self) -> Node:
        return ONE

    def between(self, low: Operand, high: Operand) -> Node:
        return self._content(as_node(high)) - self._content(as_node(low))

    def _content(self, x: Node) -> Node:
        """The content below a point."""
        edges = self._edges
        below = np.concatenate([[0.0], np.cumsum(self._heights * np.diff(edges))])[:-1]
        inside = clamp(x, float(edges[0]), float(edges[-1]))
        start = table(edges, edges[:-1], inside)
        return table(edges, below, inside) + table(edges, self._heights, inside) * (inside - start)

    def breaks(self) -> tuple[Operand, ...]:
        return tuple(float(edge) for edge in self._edges[1:-1])
