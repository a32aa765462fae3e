"""The uniform density."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import ONE, ZERO, Node, Operand, as_node
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density


@dataclass(frozen=True, eq=False)
class Uniform(Density):
    """Constant over the observable's bounds; it has no parameters."""

    type = "uniform"

    observable: Observable

    def shape(self) -> Node:
        return ONE

    def log_shape(self) -> Node:
        return ZERO

    def between(self, low: Operand, high: Operand) -> Node:
        return as_node(high) - low
