"""The gamma distribution, shifted."""

from __future__ import annotations

import math
from dataclasses import dataclass

from morefit_py.graph.build import ONE, Node, Operand, as_node, clamp, detach, log, maximum, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.power_integral import RULE, gamma_integral
from morefit_py.pdfs.parts.reach import EDGE, above, room_between


@dataclass(frozen=True, eq=False)
class Gamma(Density):
    """(x - mu)^(gamma - 1) exp(-(x - mu)/beta) for x >= mu, and zero below.

    Parameters as RooGamma's: gamma is the shape, beta the scale in the observable's unit, mu the shift.
    Scaled so that its top is about one, where it has one.
    """

    type = "gamma"
    domains = {"gamma": POSITIVE, "beta": POSITIVE}

    observable: Observable
    gamma: Operand
    beta: Operand
    mu: Operand = 0.0

    def log_shape(self) -> Node:
        distance = self.observable - as_node(self.mu)
        y, top = maximum(distance, EDGE), self._top
        held = (as_node(self.gamma) - 1.0) * log(y / top) - (y - top) / self.beta
        return select(distance < 0.0, -math.inf, held)

    def log_between(self, low: Operand, high: Operand) -> Node:
        start, stop = above(low, self.mu), above(high, self.mu)
        present, gamma = stop > 0.0, as_node(self.gamma)
        whole = gamma_integral(gamma, ONE / self.beta).between(start, stop, present)
        held = whole.log() - (gamma - 1.0) * log(self._top) + self._top / self.beta
        return select(present, held, -math.inf)

    @property
    def normalisation(self) -> str:
        return RULE

    @property
    def _top(self) -> Node:
        """About where the density is largest within the bounds, measured from mu; a constant."""
        x = self.observable
        start, stop = above(x.low, self.mu), above(x.high, self.mu)
        place = clamp(maximum(self.gamma, 1.0) * self.beta, start, maximum(stop, start))
        return detach(maximum(place, EDGE))

    def breaks(self) -> tuple[Operand, ...]:
        return (self.mu,)

    def room(self) -> Node:
        return room_between(self.mu, self.observable.high)
