"""The ARGUS density: phase space with an upper limit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node, exp, log, maximum, select, sqrt
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import Domain
from morefit_py.pdfs.integration.pieces import gauss_legendre
from morefit_py.pdfs.integration.quadrature import Quadrature, integrate

# Stands for zero in a logarithm, also in single precision; rounding alone is larger.
_EDGE = 1e-37
# Between two points.
_NODES = 64


@dataclass(frozen=True, eq=False)
class Argus(Density):
    """x (1 - (x/m0)^2)^p exp(c (1 - (x/m0)^2)), m0 the observable's upper bound, c of either sign.

    ARGUS collaboration, Phys. Lett. B241 (1990) 278, with its power 1/2 generalised to p >= 0. Scaled
    so that neither factor overflows. Raises ModelError where the observable can be negative.
    """

    type = "argus"
    domains = {"p": Domain(0.0, closed=True)}

    observable: Observable
    c: Operand
    p: Operand

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.observable.low < 0.0:
            raise ModelError(
                f"{self.type}: the lower bound {self.observable.low:g} of {self.observable.name!r} is "
                "negative; the density begins at zero"
            )

    @property
    def _reach(self) -> float:
        """The largest value of 1 - (x/m0)^2."""
        return 1.0 - (self.observable.low / self.observable.high) ** 2

    def _log_factor(self, log_v: Node, v: Node) -> Node:
        """The logarithm of all but x, at v = (1 - (x/m0)^2) / reach."""
        k = as_node(self.c) * self._reach
        return self.p * log_v + k * v - select(k < 0.0, 0.0, k)

    def _v(self, x: Node) -> Node:
        end = self.observable.high
        return (1.0 - x / end) * (1.0 + x / end) * (1.0 / self._reach)

    def _log_rest(self) -> Node:
        v = self._v(self.observable.node)
        return self._log_factor(log(maximum(v, _EDGE)), v)

    def shape(self) -> Node:
        return self.observable * exp(self._log_rest())

    def log_shape(self) -> Node:
        return log(self.observable) + self._log_rest()

    @property
    def _unrolled(self) -> tuple[Observable, Node]:
        """A variable w from 0 to 1 in which the shape is smooth, and the integrand there."""
        # With v = w^4 the integrand is smooth at the endpoint, or nearly, for every power p.
        w = Observable("_argus", 0.0, 1.0)
        scale = 2.0 * self.observable.high**2 * self._reach
        return w, scale * w**3 * exp(self._log_factor(4.0 * log(w), w**4))

    @cached_property
    def quadrature(self) -> Quadrature:
        """The numeric integral of `shape`, over a variable in which it is smooth."""
        w, integrand = self._unrolled
        return integrate(self.type, integrand, (w,))

    @property
    def normalisation(self) -> str:
        return str(self.quadrature)

    def integral(self) -> Node:
        return self.quadrature.value

    def between(self, low: Operand, high: Operand) -> Node:
        w, integrand = self._unrolled
        start, stop = (sqrt(sqrt(maximum(self._v(as_node(x)), 0.0))) for x in (high, low))
        return gauss_legendre(integrand, w, start, stop, _NODES)
