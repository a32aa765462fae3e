"""The power law, of any power."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node, log, log1p, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.parts.special import exprel


@dataclass(frozen=True, eq=False)
class PowerLaw(Density):
    """x^p, p of any sign; -1 is a power like any other.

    Measured from the end where it is largest, so that it is 1 there and never overflows. Raises
    ModelError where the observable can be zero or negative.
    """

    type = "power_law"

    observable: Observable
    p: Operand

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.observable.low <= 0.0:
            raise ModelError(
                f"{self.type}: the lower bound {self.observable.low:g} of {self.observable.name!r} is not "
                "positive; raise it, a power law needs x > 0 (from x = 0 on take a gamma or beta density)"
            )

    def log_shape(self) -> Node:
        return self.p * (log(self.observable) - self._log_largest)

    def log_between(self, low: Operand, high: Operand) -> Node:
        start, stop, q = as_node(low), as_node(high), as_node(self.p) + 1.0
        length = log1p((stop - start) / start)
        falling = q < 0.0
        # In log x it is an exponential of slope q, measured from its larger end.
        end = log(select(falling, start, stop))
        largest = q * (end - self._log_largest) + self._log_largest
        return largest + log(length * exprel(select(falling, q, -q) * length))

    @property
    def _log_largest(self) -> Node:
        x = self.observable
        return log(select(as_node(self.p) < 0.0, x.low, x.high))
