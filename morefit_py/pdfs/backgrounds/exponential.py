"""The exponential density of either slope, uniform where the slope vanishes."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, log, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.parts.special import exprel


@dataclass(frozen=True, eq=False)
class Exponential(Density):
    """exp(slope * observable), the slope in inverse units of the observable and of any sign.

    Measured from the end where it is largest, so that it is 1 there and never overflows.
    """

    type = "exponential"

    observable: Observable
    slope: Operand

    def log_shape(self) -> Node:
        x = self.observable
        return self.slope * (x - select(as_node(self.slope) < 0.0, x.low, x.high))

    def log_between(self, low: Operand, high: Operand) -> Node:
        x, slope, width = self.observable, as_node(self.slope), as_node(high) - low
        falling = slope < 0.0
        # Not -abs(slope), whose derivative at zero would be that of neither end.
        largest = slope * select(falling, as_node(low) - x.low, as_node(high) - x.high)
        return largest + log(width * exprel(select(falling, slope, -slope) * width))
