"""The exponential of a polynomial."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from morefit_py.graph.build import ZERO, Node, Operand, as_node, detach, exp, maximum
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.integration.parts_of import as_fine_as
from morefit_py.pdfs.integration.quadrature import Quadrature, integrate

# Points at which the exponent is looked at for its largest value.
_LOOKS = 17


@dataclass(frozen=True, eq=False)
class ExponentialPolynomial(Density):
    """exp(c_1 u + c_2 u^2 + ...), u running from -1 to 1 over the observable's bounds.

    Positive whatever the coefficients. Scaled so that its largest value is about 1.
    """

    type = "exponential_polynomial"

    observable: Observable
    coefficients: tuple[Operand, ...]

    def _exponent(self, u: Node) -> Node:
        total = ZERO
        for k, coefficient in enumerate(self.coefficients, start=1):
            total = total + coefficient * u**k
        return total

    @cached_property
    def _largest(self) -> Node:
        found = ZERO
        for u in np.linspace(-1.0, 1.0, _LOOKS).tolist():
            found = maximum(found, self._exponent(as_node(u)))
        # It cancels from value and derivatives, so it is a constant to both.
        return detach(found)

    def _u(self, x: Operand) -> Node:
        middle = (self.observable.low + self.observable.high) / 2.0
        return (as_node(x) - middle) * (2.0 / self.observable.width)

    def log_shape(self) -> Node:
        return self._exponent(self._u(self.observable)) - self._largest

    def _scaled(self, u: Node) -> Node:
        return self.observable.width / 2.0 * exp(self._exponent(u) - self._largest)

    @cached_property
    def quadrature(self) -> Quadrature:
        """The numeric integral of `shape`, in u."""
        u = Observable("_u", -1.0, 1.0)
        return integrate(self.type, self._scaled(u.node), (u,))

    @property
    def normalisation(self) -> str:
        return str(self.quadrature)

    def integral(self) -> Node:
        return self.quadrature.value

    def between(self, low: Operand, high: Operand) -> Node:
        return as_fine_as(self.quadrature, self._scaled, self._u(low), self._u(high))
