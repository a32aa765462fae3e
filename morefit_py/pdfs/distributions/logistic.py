"""The logistic distribution."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, exp, expm1, log, log1p, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE


@dataclass(frozen=True, eq=False)
class Logistic(Density):
    """1/cosh(t/2)^2 with t = (x - mu)/s; mu and s > 0 in the observable's unit, the width is pi s/sqrt(3)."""

    type = "logistic"
    domains = {"s": POSITIVE}

    observable: Observable
    mu: Operand
    s: Operand

    def _t(self, x: Operand) -> Node:
        return (as_node(x) - self.mu) / self.s

    def log_shape(self) -> Node:
        t = self._t(self.observable)
        return _log_sigmoid(t) + _log_sigmoid(-t)

    def log_between(self, low: Operand, high: Operand) -> Node:
        start, stop = self._t(low), self._t(high)
        # A difference of two sigmoids as a product.
        return log(self.s) + _log_sigmoid(stop) + _log_sigmoid(-start) + log(-expm1(start - stop))


def _log_sigmoid(t: Node) -> Node:
    """-log(1 + exp(-t)), far to either side."""
    negative = t < 0.0
    return select(negative, t, 0.0) - log1p(exp(select(negative, t, -t)))
