"""The Gumbel distribution, of the largest of many values."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, exp, expm1, log, minimum
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.special import exprel

# exp(-exp(t)) is zero long before; keeps the double exponential and its derivatives finite.
_LARGEST = 150.0


@dataclass(frozen=True, eq=False)
class Gumbel(Density):
    """exp(-t - exp(-t)) with t = (x - mu)/beta, mu the mode; mu and beta > 0 in the observable's unit.

    Of the smallest of many values it is the density of -x.
    """

    type = "gumbel"
    domains = {"beta": POSITIVE}

    observable: Observable
    mu: Operand
    beta: Operand

    def _t(self, x: Operand) -> Node:
        return (as_node(x) - self.mu) / self.beta

    def log_shape(self) -> Node:
        t = self._t(self.observable)
        return -t - exp(minimum(-t, _LARGEST))

    def log_between(self, low: Operand, high: Operand) -> Node:
        start, stop = self._t(low), self._t(high)
        # exp(-end) (1 - exp(-rest)), with exp(-t) of the upper end, and what that of the lower has more.
        end = exp(minimum(-stop, _LARGEST))
        begin = minimum(-start, _LARGEST)
        part = -expm1(start - stop)
        return log(self.beta) - end + begin + log(part * exprel(-exp(begin) * part))
