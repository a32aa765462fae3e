"""Polynomials in powers of the observable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import ONE, Node, Operand, as_node
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.integration.pieces import gauss_legendre


@dataclass(frozen=True, eq=False)
class Polynomial(Density):
    """1 + c_1 t + c_2 t^2 + ..., t = observable - origin; the 1 is always there, c_k are in its unit^-k.

    RooPolynomial with its lowest order of 1, for the origin of 0. The coefficients must keep it positive.
    Over a range that is far from the origin they are so correlated that a fit of them is ill-conditioned:
    put the origin into the range, or use Legendre or Chebyshev polynomials. Raises ModelError for an origin
    so far off that the powers are not finite.
    """

    type = "polynomial"

    observable: Observable
    coefficients: tuple[Operand, ...]
    origin: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        farthest = max(abs(end - self.origin) for end in (self.observable.low, self.observable.high))
        with np.errstate(over="ignore"):
            highest = np.float64(farthest) ** (len(self.coefficients) + 1)
        if not np.isfinite(highest):
            raise ModelError(
                f"{self.type}: origin is {self.origin:g}, so far from the bounds of {self.observable.name!r} "
                "that the powers are not finite; put it into the range"
            )

    def shape(self) -> Node:
        t, total = self.observable - self.origin, ONE
        for k, coefficient in enumerate(self.coefficients, start=1):
            total = total + coefficient * t**k
        return total

    def between(self, low: Operand, high: Operand) -> Node:
        return gauss_legendre(self.shape(), self.observable, low, high, len(self.coefficients) // 2 + 1)

    def integral(self) -> Node:
        low, high = self.observable.low - self.origin, self.observable.high - self.origin
        mean = ONE
        for k, coefficient in enumerate(self.coefficients, start=1):
            # (high^(k+1) - low^(k+1)) / (high - low), without its cancellation far from the origin.
            power = sum(low**i * high ** (k - i) for i in range(k + 1))
            mean = mean + as_node(coefficient) * (power / (k + 1))
        return self.observable.width * mean
