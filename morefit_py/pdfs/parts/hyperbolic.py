"""The core of the Hypatia density: a generalised hyperbolic distribution."""

from __future__ import annotations

import math
from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, detach, exp, log, select, sqrt
from morefit_py.pdfs.integration.unit_rule import unit_trapezoid
from morefit_py.pdfs.parts.bessel_k import DEPTH, Saddle, log_bessel_k
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.special import gaussian_integral

_INTERVALS = 96
# What a density with such a core says of its normalisation.
RULE = f"closed form, core by a fixed rule ({_INTERVALS + 1} nodes)"


@dataclass(frozen=True, eq=False)
class HyperbolicCore:
    """exp(tilt t) (z/zeta)^nu K_nu(z)/K_nu(zeta), nu = lambd - 1/2, z^2 = zeta^2 + kappa t^2.

    kappa = zeta K_(lambd + 1)(zeta)/K_lambd(zeta) gives t a variance of 1 where tilt is 0.
    """

    lambd: Operand
    zeta: Operand
    tilt: Operand

    @property
    def _nu(self) -> Node:
        return as_node(self.lambd) - 0.5

    @property
    def _kappa(self) -> Node:
        lambd, zeta = as_node(self.lambd), as_node(self.zeta)
        return zeta * exp(log_bessel_k(lambd + 1.0, zeta) - log_bessel_k(lambd, zeta))

    def _z(self, t: Node) -> Node:
        return sqrt(as_node(self.zeta) ** 2 + self._kappa * t**2)

    @property
    def _log_scale(self) -> Node:
        zeta = as_node(self.zeta)
        return self._nu * log(zeta) + log_bessel_k(self._nu, zeta)

    def log_value(self, t: Node) -> Node:
        """The logarithm of the core at t, which is 0 at t = 0."""
        z = self._z(t)
        return self.tilt * t + self._nu * log(z) + log_bessel_k(self._nu, z) - self._log_scale

    def slope(self, t: Node) -> Node:
        """The derivative of `log_value` (Abramowitz & Stegun 9.6.28)."""
        z, nu = self._z(t), self._nu
        return self.tilt - self._kappa * t / z * exp(log_bessel_k(nu - 1.0, z) - log_bessel_k(nu, z))

    def integral(self, low: Node, high: Node) -> Scaled:
        """The integral from low to high in t (low < high), as a mixture of Gaussians.

        z^nu K_nu(z) is 2^(nu - 1) times the integral of y^(nu - 1) exp(-y - z^2/(4 y)) over y from zero
        (Abramowitz & Stegun 9.6.24), whose every part is a Gaussian in t of variance 2 y/kappa. Over
        log y the trapezoidal rule converges fast; its nodes follow the part of the range nearest to t = 0.
        """
        zeta, nu, tilt, kappa = as_node(self.zeta), self._nu, as_node(self.tilt), self._kappa
        nearest = select(low > 0.0, low, select(high < 0.0, high, 0.0))
        nu_fixed, z = detach(nu), detach(self._z(nearest))
        # Wide Gaussians count more where the range is wide, and a tilt can raise one end.
        saddle = Saddle(nu_fixed, z, 2.0 * DEPTH + detach(abs(tilt) * (high - low)))
        left = select(nu_fixed < 0.0, saddle.fast, saddle.slow)
        right = select(nu_fixed < 0.0, saddle.slow, saddle.fast)
        # nu + size, without cancellation.
        twice = select(nu_fixed < 0.0, z**2 / (saddle.size + abs(nu_fixed)), saddle.size + nu_fixed)
        top = nu_fixed * saddle.peak * select(nu_fixed < 0.0, -1.0, 1.0) - saddle.size
        top = detach(top + nu_fixed * log(0.5 * z) + tilt * nearest)

        def integrand(u: Node) -> Node:
            log_y = detach(log(0.5 * twice) - left + (left + right) * u)
            y = detach(exp(log_y))
            width = sqrt(2.0 * y / kappa)
            part = gaussian_integral(low / width - tilt * width, high / width - tilt * width)
            exponent = nu * log_y - y - zeta**2 / (4.0 * y) + 0.5 * (tilt * width) ** 2 + part.exponent
            return width * part.factor * exp(exponent - top)

        factor = detach(0.5 * (left + right)) * unit_trapezoid(integrand, _INTERVALS)
        return Scaled(factor, top + nu * math.log(2.0) - self._log_scale)
