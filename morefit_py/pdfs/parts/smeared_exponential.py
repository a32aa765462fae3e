"""An exponential that begins at zero, convolved with a Gaussian of unit width."""

from __future__ import annotations

import math
from dataclasses import dataclass

from morefit_py.graph.bounds import bounds
from morefit_py.graph.build import ZERO, Node, Operand, as_node, erfcx, exp, maximum, minimum, select
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.special import gaussian_integral

_ROOT_HALF = math.sqrt(0.5)
_PEAK = 1.0 / math.sqrt(2.0 * math.pi)
# Stands for no exponential where one is divided by; its sixth power is a double still.
_SHORTEST = 1e-40
# Limits that keep kappa above this leave |z| where erfcx serves, but far below the peak.
_LONG = 0.2
# erfcx(z) z sqrt(pi) as a ratio of polynomials in 1/z^2, highest powers first: the continued fraction of
# Abramowitz & Stegun 7.1.14 cut after nine levels. From _FAR on it is exact to rounding, also in its second
# derivative, where the derivatives of erfcx themselves cancel.
_FAR = 8.0
_ABOVE = (180.9375, 330.0, 147.0, 22.0, 1.0)
_BELOW = (29.53125, 295.3125, 393.75, 157.5, 22.5, 1.0)


def turn(kappa: Operand) -> Node:
    """1/kappa for kappa >= 0, finite also for none: where the exponential overtakes the Gaussian."""
    kappa = as_node(kappa)
    return 1.0 / (kappa if bounds(kappa)[0] >= _SHORTEST else maximum(kappa, _SHORTEST))


def beside(u: Operand, kappa: Operand) -> Node:
    """erfcx(|z|)/(2 kappa) with z = (1/kappa - u)/sqrt(2), for kappa >= 0 and also for none.

    Times exp(-u^2/2) it is, for u < 1/kappa, the unit exponential of decay length kappa from zero on,
    convolved with a unit Gaussian; beyond, it is what that lacks to exp(1/(2 kappa^2) - u/kappa)/kappa.
    """
    u, kappa = as_node(u), as_node(kappa)
    bend = turn(kappa)
    # By the same condition as everywhere: the slope of |bend - u| at zero would be that of neither side.
    distance = select(u > bend, u - bend, bend - u)
    direct = 0.5 * bend * erfcx(_ROOT_HALF * distance)
    if bounds(kappa)[0] >= _LONG:
        return direct
    short = 1.0 - kappa * u
    far = short > _FAR * math.sqrt(2.0) * kappa
    safe = select(far, short, 1.0)
    y = 2.0 * (kappa / safe) ** 2
    limit = _PEAK * _polynomial(_ABOVE, y) / (safe * _polynomial(_BELOW, y))
    return select(far, limit, direct)


def _polynomial(coefficients: tuple[float, ...], y: Node) -> Node:
    total = ZERO
    for coefficient in coefficients:
        total = total * y + coefficient
    return total


@dataclass(frozen=True, eq=False)
class SmearedExponential:
    """exp(-s/kappa)/kappa for s > 0, convolved with a Gaussian of unit width: of integral one.

    For kappa < 0 the mirror image, exp(s/|kappa|)/|kappa| for s < 0; for kappa = 0 the Gaussian, into
    which both pass smoothly.
    """

    kappa: Node

    @property
    def _side(self) -> Node:
        low, high = bounds(self.kappa)
        if low >= 0.0 or high <= 0.0:
            return as_node(1.0 if low >= 0.0 else -1.0)
        return select(self.kappa < 0.0, -1.0, 1.0)

    def value(self, u: Operand) -> Scaled:
        """The function at u."""
        u, length = self._side * u, self._side * self.kappa
        bend = turn(length)
        near = minimum(u, bend)
        rest = exp(-((near - u) ** 2) / 2.0) * beside(u, length)
        return Scaled(select(u > bend, bend - rest, rest), near * (near / 2.0 - u))

    def integral(self, low: Operand, high: Operand) -> Scaled:
        """The integral from low to high: that of the Gaussian, less the rise of kappa times the function."""
        gaussian = gaussian_integral(low, high)
        start, stop = self.value(low), self.value(high)
        return (
            Scaled(_PEAK * gaussian.factor, gaussian.exponent)
            + Scaled(self.kappa * start.factor, start.exponent)
            + Scaled(-self.kappa * stop.factor, stop.exponent)
        )
