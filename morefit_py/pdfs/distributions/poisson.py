"""The Poisson distribution, as a density of the observable rounded down."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import (
    ZERO,
    Node,
    Operand,
    as_node,
    clamp,
    column,
    detach,
    exp,
    floor,
    lgamma,
    log,
    maximum,
    minimum,
    select,
    total,
)
from morefit_py.graph.op import Stage
from morefit_py.graph.symbols import Axis, Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE

# Integrals that differ by event hold their terms one by one.
_MOST_BY_EVENT = 1024
_COUNT = Observable("_count", 0.0, math.inf)


@dataclass(frozen=True, eq=False)
class Poisson(Density):
    """mean^n exp(-mean)/n! with n the observable rounded down, and zero for n < 0: steps of width one.

    As RooPoisson. The bounds need not be whole; a data set of counts n is the same as of n + 1/2, and
    bounds from a to b + 1 hold the counts a to b.
    """

    type = "poisson"
    domains = {"mean": POSITIVE}

    observable: Observable
    mean: Operand

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.observable.high <= 0.0:
            raise ModelError(
                f"{self.type}: the bounds [{self.observable.low:g}, {self.observable.high:g}] of "
                f"{self.observable.name!r} hold no count; raise the upper one above zero"
            )

    def _log_value(self, count: Node) -> Node:
        """The logarithm of the probability of a count >= 0 over that of the most probable one."""
        rest = count - self._top
        return rest * log(self.mean) - lgamma(count + 1.0) + lgamma(self._top + 1.0)

    @cached_property
    def _top(self) -> Node:
        """The most probable count within the bounds; a constant."""
        x = self.observable
        return detach(clamp(floor(self.mean), max(0.0, math.floor(x.low)), math.ceil(x.high) - 1.0))

    def log_shape(self) -> Node:
        count = floor(self.observable)
        return select(count < 0.0, -math.inf, self._log_value(maximum(count, 0.0)))

    def between(self, low: Operand, high: Operand) -> Node:
        x = self.observable
        counts = np.arange(max(0.0, math.floor(x.low)), math.ceil(x.high))
        start, stop = as_node(low), as_node(high)

        def term(count: Node) -> Node:
            part = maximum(minimum(stop, count + 1.0) - maximum(start, count), 0.0)
            return part * exp(self._log_value(count))

        if (start + stop + self.mean).stage <= Stage.CALL:
            axis = Axis(f"counts from {counts[0]:.0f} to {counts[-1]:.0f}", {_COUNT.name: counts})
            return total(axis, term(column(_COUNT)))
        if len(counts) > _MOST_BY_EVENT:
            raise ModelError(
                f"{self.type}: an integral that differs by event would be of {len(counts)} terms, one for "
                f"each count in the bounds of {x.name!r}; narrow the bounds to {_MOST_BY_EVENT} counts"
            )
        summed = ZERO
        for count in counts.tolist():
            summed = summed + term(as_node(count))
        return summed

    def breaks(self) -> tuple[Operand, ...]:
        x = self.observable
        return tuple(float(n) for n in range(math.floor(x.low) + 1, math.ceil(x.high)))
