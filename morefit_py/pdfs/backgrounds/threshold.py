"""Phase space above a threshold, with a fall-off."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from morefit_py.graph.build import ZERO, Node, Operand, as_node, detach, exp, log, maximum, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import Domain
from morefit_py.pdfs.integration.parts_of import as_fine_as
from morefit_py.pdfs.integration.quadrature import Quadrature, integrate
from morefit_py.pdfs.parts.reach import EDGE, above, room_between

# Points at which the density is looked at for its largest value.
_LOOKS = 17
# With y ~ w^4 or steeper the integrand is smooth at the threshold, or nearly, for every power p.
_STEEP = 4.0


@dataclass(frozen=True, eq=False)
class Threshold(Density):
    """y^p exp(-c_1 y - c_2 y^2 - ...) with y = x - x0 for x > x0, and zero below; p > -1.

    c_k are in the observable's unit^-k and of any sign, and there may be none. Scaled so that its largest
    value is about 1, where it has one.
    """

    type = "threshold"
    domains = {"p": Domain(-1.0)}

    observable: Observable
    x0: Operand
    p: Operand
    coefficients: tuple[Operand, ...] = ()

    def _log_fall(self, y: Node) -> Node:
        total = ZERO
        for k, coefficient in enumerate(self.coefficients, start=1):
            total = total - coefficient * y**k
        return total

    @cached_property
    def _largest(self) -> Node:
        x = self.observable
        start, stop = above(x.low, self.x0), above(x.high, self.x0)
        found: Node | None = None
        for i in range(_LOOKS):
            y = maximum(start + (stop - start) * ((i + 1.0) / _LOOKS), EDGE)
            value = self.p * log(y) + self._log_fall(y)
            found = value if found is None else maximum(found, value)
        assert found is not None
        # It cancels from value and derivatives, so it is a constant to both.
        return detach(found)

    def log_shape(self) -> Node:
        distance = self.observable - as_node(self.x0)
        y = maximum(distance, EDGE)
        return select(distance < 0.0, -math.inf, self.p * log(y) + self._log_fall(y) - self._largest)

    def _unrolled(self, low: Operand, high: Operand) -> Callable[[Node], Node]:
        """The integrand from low to high in a variable from 0 to 1 in which it is smooth."""
        start, length = above(low, self.x0), above(high, self.x0) - above(low, self.x0)
        power = detach(_STEEP * maximum(1.0, 1.0 / (as_node(self.p) + 1.0)))
        at_threshold = start <= 0.0
        present = length > 0.0
        log_length = log(select(present, length, 1.0))
        begin = select(at_threshold, 1.0, start)

        def integrand(w: Node) -> Node:
            log_part = power * log(w)
            y = start + length * exp(log_part)
            # At the threshold y may underflow, where y^p does not.
            log_y = select(at_threshold, log_length + log_part, log(begin + length * exp(log_part)))
            rest = self.p * log_y + self._log_fall(y) - self._largest + log_part
            return select(present, length, 0.0) * power / w * exp(rest)

        return integrand

    @cached_property
    def quadrature(self) -> Quadrature:
        """The numeric integral of `shape`, over a variable in which it is smooth."""
        w = Observable("_threshold", 0.0, 1.0)
        return integrate(self.type, self._unrolled(self.observable.low, self.observable.high)(w.node), (w,))

    @property
    def normalisation(self) -> str:
        return str(self.quadrature)

    def integral(self) -> Node:
        return self.quadrature.value

    def between(self, low: Operand, high: Operand) -> Node:
        return as_fine_as(self.quadrature, self._unrolled(low, high), 0.0, 1.0)

    def breaks(self) -> tuple[Operand, ...]:
        return (self.x0,)

    def room(self) -> Node:
        return room_between(self.x0, self.observable.high)
