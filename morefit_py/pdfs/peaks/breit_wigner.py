"""The non-relativistic Breit-Wigner density, also known as Cauchy's or Lorentz's."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, atan2, log1p
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE


@dataclass(frozen=True, eq=False)
class BreitWigner(Density):
    """1/(1 + t^2) with t = 2 (observable - mean)/width: proportional to 1/((m - mean)^2 + width^2/4).

    mean and width in the observable's unit; width is the full width at half maximum.
    """

    type = "breit_wigner"
    domains = {"width": POSITIVE}

    observable: Observable
    mean: Operand
    width: Operand

    def _t(self, x: Operand) -> Node:
        return 2.0 * (as_node(x) - self.mean) / self.width

    def shape(self) -> Node:
        return 1.0 / (1.0 + self._t(self.observable) ** 2)

    def log_shape(self) -> Node:
        return -log1p(self._t(self.observable) ** 2)

    def landmarks(self) -> tuple[Operand, ...]:
        mean, width = as_node(self.mean), as_node(self.width)
        return tuple(mean + distance * width for distance in (-12.0, -2.0, 0.0, 2.0, 12.0))

    def between(self, low: Operand, high: Operand) -> Node:
        # The difference of two arc tangents as one angle, which far from the peak does not cancel.
        angle = atan2(2.0 * (as_node(high) - low) / self.width, 1.0 + self._t(low) * self._t(high))
        return 0.5 * as_node(self.width) * angle
