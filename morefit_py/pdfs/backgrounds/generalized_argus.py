"""The ARGUS density with its end point as a parameter."""

from __future__ import annotations

import math
from dataclasses import dataclass

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node, detach, log, maximum, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE, Domain
from morefit_py.pdfs.parts.power_integral import RULE, gamma_integral
from morefit_py.pdfs.parts.reach import EDGE, room_between


@dataclass(frozen=True, eq=False)
class GeneralizedArgus(Density):
    """x v^p exp(c v) with v = 1 - (x/m0)^2 for x < m0, and zero beyond; p > -1, c of either sign.

    ARGUS collaboration, Phys. Lett. B241 (1990) 278, with its power 1/2 generalised; parameters as
    RooArgusBG's. The end point m0 may lie inside or beyond the bounds and may be free. Scaled so that the
    exponential is 1 at most. Raises ModelError where the observable can be negative.
    """

    type = "generalized_argus"
    domains = {"m0": POSITIVE, "p": Domain(-1.0)}

    observable: Observable
    m0: Operand
    c: Operand
    p: Operand = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.observable.low < 0.0:
            raise ModelError(
                f"{self.type}: the lower bound {self.observable.low:g} of {self.observable.name!r} is "
                "negative; the density begins at zero"
            )

    def _v(self, x: Operand) -> Node:
        ratio = as_node(x) / self.m0
        return (1.0 - ratio) * (1.0 + ratio)

    @property
    def _largest(self) -> Node:
        """The largest exponent within the bounds."""
        x, c = self.observable, as_node(self.c)
        return detach(c * maximum(self._v(select(c < 0.0, x.high, x.low)), 0.0))

    def log_shape(self) -> Node:
        v = self._v(self.observable)
        rest = self.p * log(maximum(v, EDGE)) + self.c * v - self._largest
        return select(v < 0.0, -math.inf, log(self.observable) + rest)

    def log_between(self, low: Operand, high: Operand) -> Node:
        start, stop = maximum(self._v(high), 0.0), maximum(self._v(low), 0.0)
        present = stop > 0.0
        part = gamma_integral(as_node(self.p) + 1.0, -as_node(self.c)).between(start, stop, present)
        scale = 2.0 * log(self.m0) - math.log(2.0) - self._largest
        return select(present, scale + part.log(), -math.inf)

    @property
    def normalisation(self) -> str:
        return RULE

    def breaks(self) -> tuple[Operand, ...]:
        return (self.m0,)

    def room(self) -> Node:
        return room_between(self.observable.low, self.m0)
