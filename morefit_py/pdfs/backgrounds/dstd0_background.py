"""The background of a mass difference above its threshold, as of D*+ and D0."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, exp, expm1, log, maximum, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.integration.composite import NODES, composite
from morefit_py.pdfs.parts.reach import above, room_between

# In units of the scale: the turn-on is over where exp(-y/scale) is below rounding.
_CUTS = (1.0, 4.0, 14.0, 40.0)


@dataclass(frozen=True, eq=False)
class DstD0Background(Density):
    """(1 - exp(-(dm - dm0)/scale)) (dm/dm0)^a + b (dm/dm0 - 1) for dm > dm0, and zero below.

    As RooDstD0BG, with its parameters in its order; scale is in the observable's unit. A negative b may make
    it negative far above the threshold, which is told and not cut away.
    """

    type = "dstd0_background"
    domains = {"dm0": POSITIVE, "scale": POSITIVE}

    observable: Observable
    dm0: Operand
    scale: Operand
    a: Operand
    b: Operand

    def _value(self, y: Node) -> Node:
        """The density at a distance y >= 0 above the threshold."""
        ratio = y / self.dm0
        return -expm1(-y / self.scale) * exp(self.a * log(1.0 + ratio)) + self.b * ratio

    def shape(self) -> Node:
        y = self.observable - as_node(self.dm0)
        return select(y > 0.0, self._value(maximum(y, 0.0)), 0.0)

    def between(self, low: Operand, high: Operand) -> Node:
        start, stop = above(low, self.dm0), above(high, self.dm0)
        return composite(self._value, start, stop, [cut * as_node(self.scale) for cut in _CUTS])

    @property
    def normalisation(self) -> str:
        return f"quadrature ({NODES} nodes between cuts)"

    def breaks(self) -> tuple[Operand, ...]:
        return (self.dm0,)

    def room(self) -> Node:
        return room_between(self.dm0, self.observable.high)
