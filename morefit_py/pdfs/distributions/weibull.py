"""The Weibull distribution."""

from __future__ import annotations

import math
from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, exp, expm1, log, log1p, maximum, minimum, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.reach import EDGE

# No density is left where (x/scale)^k is larger than the exponential of this.
_LARGEST = 150.0


@dataclass(frozen=True, eq=False)
class Weibull(Density):
    """(x/scale)^(k - 1) exp(-(x/scale)^k) for x >= 0, and zero below; the scale in the observable's unit.

    k = 1 is the exponential and k = 2 the Rayleigh distribution, of sigma = scale/sqrt(2).
    """

    type = "weibull"
    domains = {"k": POSITIVE, "scale": POSITIVE}

    observable: Observable
    k: Operand
    scale: Operand

    def _log_ratio(self, x: Node) -> Node:
        return log(maximum(x, EDGE) / self.scale)

    def _power(self, x: Node) -> Node:
        """(x/scale)^k."""
        return select(x > 0.0, exp(minimum(self.k * self._log_ratio(x), _LARGEST)), 0.0)

    def log_shape(self) -> Node:
        x = self.observable.node
        held = (as_node(self.k) - 1.0) * self._log_ratio(x) - self._power(x)
        return select(x < 0.0, -math.inf, held)

    def log_between(self, low: Operand, high: Operand) -> Node:
        k = as_node(self.k)
        start, stop = maximum(low, 0.0), maximum(high, 0.0)
        begin, present = self._power(start), stop > 0.0
        inside = start > 0.0
        safe = select(inside, start, 1.0)
        step = select(inside, (stop - start) / safe, 0.0)
        # (stop^k - start^k)/scale^k, without its cancellation.
        grown = select(inside, begin * expm1(minimum(k * log1p(step), _LARGEST)), self._power(stop))
        held = log(as_node(self.scale) / k) - begin + log(-expm1(-select(present, grown, 1.0)))
        return select(present, held, -math.inf)

    def breaks(self) -> tuple[Operand, ...]:
        return (0.0,)
