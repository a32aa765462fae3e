"""The Poisson distribution, as a density of the observable rounded down."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import (
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
from morefit_py.graph.inner import MOST_ROWS, inner
from morefit_py.graph.op import Stage
from morefit_py.graph.symbols import Axis, Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE


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

        axis = f"counts from {counts[0]:.0f} to {counts[-1]:.0f}"
        name = f"{axis}.count"
        rows, value = Axis(axis, {name: counts}), term(column(Observable(name, 0.0, math.inf)))
        if (start + stop + self.mean).stage <= Stage.CALL:
            return total(rows, value)
        if len(counts) > MOST_ROWS:
            raise ModelError(
                f"{self.type}: an integral that differs by event would be of {len(counts)} terms, one for "
                f"each count in the bounds of {x.name!r}; narrow the bounds to {MOST_ROWS} counts"
            )
        return inner(rows, value)

    def breaks(self) -> tuple[Operand, ...]:
        x = self.observable
        return tuple(float(n) for n in range(math.floor(x.low) + 1, math.ceil(x.high)))
