"""The log-normal distribution."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node, log, maximum
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE, Domain
from morefit_py.pdfs.parts.special import log_gaussian_integral

# Stands for the logarithm's zero, in units of the observable's upper bound.
_LEAST = 1e-37


@dataclass(frozen=True, eq=False)
class LogNormal(Density):
    """exp(-t^2/2)/x with t = log(x/m0)/log(k), k > 1: log x is Gaussian with mean log(m0) and width log(k).

    Parameters as RooLognormal's: m0 is the median, in the observable's unit. In terms of the mean mu and
    the width sigma of log x write exp(mu) and exp(sigma). Raises ModelError where the observable can be
    negative.
    """

    type = "log_normal"
    domains = {"m0": POSITIVE, "k": Domain(1.0)}

    observable: Observable
    m0: Operand
    k: Operand

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.observable.low < 0.0:
            raise ModelError(
                f"{self.type}: the lower bound {self.observable.low:g} of {self.observable.name!r} is "
                "negative; the density begins at zero"
            )

    def _log_ratio(self, x: Operand) -> Node:
        return log(maximum(x, _LEAST * self.observable.high) / self.m0)

    def log_shape(self) -> Node:
        ratio = self._log_ratio(self.observable)
        return -((ratio / log(self.k)) ** 2) / 2.0 - ratio

    def log_between(self, low: Operand, high: Operand) -> Node:
        width = log(self.k)
        ends = (self._log_ratio(end) / width for end in (low, high))
        return log(as_node(self.m0) * width) + log_gaussian_integral(*ends)
