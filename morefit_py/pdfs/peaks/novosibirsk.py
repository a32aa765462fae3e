"""The Novosibirsk density: a Gaussian in the logarithm of the distance from where it ends."""

from __future__ import annotations

import math
from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, log, maximum
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.quotients import log1prel, sinhrel
from morefit_py.pdfs.parts.special import log_gaussian_integral

_ROOT_LOG4 = math.sqrt(math.log(4.0))
# Beyond its end the density is zero to all digits; the logarithm is continued from this close to it.
_END = -1.0 + 1e-15


@dataclass(frozen=True, eq=False)
class Novosibirsk(Density):
    """exp(-q^2/2) with q = log(1 + tail L (observable - peak)/width)/tail, a Gaussian for tail = 0.

    L = sinh(tail sqrt(log 4))/(tail sqrt(log 4)) makes width the full width at half maximum over
    2 sqrt(log 4). The density ends where the logarithm does, below the peak for tail > 0. peak and width in
    the observable's unit. Belle collaboration, H. Ikeda et al., NIM A 441 (2000) 401; RooFit's
    RooNovosibirsk.
    """

    type = "novosibirsk"
    domains = {"width": POSITIVE}

    observable: Observable
    peak: Operand
    width: Operand
    tail: Operand

    @property
    def _stretch(self) -> Node:
        return sinhrel(self.tail * as_node(_ROOT_LOG4))

    def _q(self, x: Operand) -> Node:
        s = self._stretch / self.width * (as_node(x) - self.peak)
        return s * log1prel(maximum(self.tail * s, _END))

    def log_shape(self) -> Node:
        return -0.5 * self._q(self.observable) ** 2

    def log_between(self, low: Operand, high: Operand) -> Node:
        tail = as_node(self.tail)
        inner = log_gaussian_integral(self._q(low) - tail, self._q(high) - tail)
        return log(self.width / self._stretch) + 0.5 * tail**2 + inner
