"""The beta distribution, over the observable's bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass

from morefit_py.graph.build import (
    Node,
    Operand,
    as_node,
    detach,
    lgamma,
    log,
    log1p,
    maximum,
    minimum,
    select,
)
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.power_integral import PowerIntegral
from morefit_py.pdfs.parts.reach import EDGE
from morefit_py.pdfs.parts.scaled import Scaled


@dataclass(frozen=True, eq=False)
class Beta(Density):
    """v^(alpha - 1) (1 - v)^(beta - 1), v running from 0 to 1 over the observable's bounds.

    Its support is the bounds: for the distribution on [0, 1] give the observable these, for a part of it
    truncate the density.
    """

    type = "beta"
    domains = {"alpha": POSITIVE, "beta": POSITIVE}

    observable: Observable
    alpha: Operand
    beta: Operand

    def _sides(self, x: Operand) -> tuple[Node, Node]:
        """v and 1 - v, each exact near its own end."""
        scale = 1.0 / self.observable.width
        return (as_node(x) - self.observable.low) * scale, (self.observable.high - as_node(x)) * scale

    @property
    def _top(self) -> Node:
        """About where the density is largest; a constant."""
        alpha, beta = maximum(self.alpha, 1.0), maximum(self.beta, 1.0)
        return detach(alpha / (alpha + beta))

    def _log_value(self, v: Node, rest: Node) -> Node:
        return (as_node(self.alpha) - 1.0) * log(v) + (as_node(self.beta) - 1.0) * log(rest)

    def log_shape(self) -> Node:
        v, rest = (maximum(side, EDGE) for side in self._sides(self.observable))
        return self._log_value(v / self._top, rest / (1.0 - self._top))

    def log_integral(self) -> Node:
        alpha, beta = as_node(self.alpha), as_node(self.beta)
        whole = lgamma(alpha) + lgamma(beta) - lgamma(alpha + beta)
        return whole + self._log_scale()

    def log_between(self, low: Operand, high: Operand) -> Node:
        (v_low, rest_low), (v_high, rest_high) = self._sides(low), self._sides(high)
        below = _half(self.alpha, self.beta, v_low, v_high)
        above = _half(self.beta, self.alpha, rest_high, rest_low)
        total = below + above
        return select(total.present, total.log() + self._log_scale(), -math.inf)

    def _log_scale(self) -> Node:
        return math.log(self.observable.width) - self._log_value(self._top, 1.0 - self._top)


def _half(a: Operand, b: Operand, low: Node, high: Node) -> Scaled:
    """The integral of v^(a-1) (1-v)^(b-1) over the part of [low, high] below 1/2.

    In y = v/(1 - v) it is that of y^(a-1) (1 + y)^-(a+b).
    """
    start, stop = (maximum(minimum(v, 0.5), 0.0) for v in (low, high))
    total = as_node(a) + b
    part = PowerIntegral(a, b, lambda y: -total * log1p(y))
    return part.between(start / (1.0 - start), stop / (1.0 - stop), stop > start)
