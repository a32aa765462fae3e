"""The spectrum of transverse momenta of Tsallis and Hagedorn."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node, exp, expm1, log1p, maximum, sqrt
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE, Domain
from morefit_py.pdfs.integration.composite import NODES, composite

# By how much z^-n falls to each cut.
_FALLS = (1.0, 4.0, 14.0, 40.0)


@dataclass(frozen=True, eq=False)
class Tsallis(Density):
    """x z^-n with z = 1 + (sqrt(x^2 + m^2) - m)/(n t), x a transverse momentum.

    Tsallis, J. Stat. Phys. 52 (1988) 479, and Hagedorn, Riv. Nuovo Cim. 6 (1983) 1; parameters as
    numba-stats': the mass m and the temperature t in the observable's unit. Large n is Boltzmann's
    exponential of the transverse mass. Raises ModelError where the observable can be negative.
    """

    type = "tsallis"
    domains = {"m": Domain(0.0, closed=True), "t": POSITIVE, "n": POSITIVE}

    observable: Observable
    m: Operand
    t: Operand
    n: Operand

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.observable.low < 0.0:
            raise ModelError(
                f"{self.type}: the lower bound {self.observable.low:g} of {self.observable.name!r} is "
                "negative; a transverse momentum is not"
            )

    @property
    def _scale(self) -> Node:
        return as_node(self.n) * self.t

    def _log_z(self, x: Operand) -> Node:
        momentum, m = as_node(x), as_node(self.m)
        # x^2/(mT + m) is mT - m without its cancellation; at rest it is zero, without a mass too.
        energy = sqrt(momentum**2 + m**2) + m
        return log1p(momentum**2 / (self._scale * maximum(energy, 1e-37)))

    def shape(self) -> Node:
        return self.observable * exp(-as_node(self.n) * self._log_z(self.observable))

    def between(self, low: Operand, high: Operand) -> Node:
        # x dx is mT dmT, and mT is linear in z: in s = log z the integrand is smooth and positive.
        n = as_node(self.n)

        def integrand(s: Node) -> Node:
            return (self.m + self._scale * expm1(s)) * exp((1.0 - n) * s)

        cuts = [fall / n for fall in _FALLS]
        return self._scale * composite(integrand, self._log_z(low), self._log_z(high), cuts)

    @property
    def normalisation(self) -> str:
        return f"quadrature ({NODES} nodes between cuts)"
