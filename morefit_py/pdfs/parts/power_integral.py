"""Integrals of a power times a smooth factor, such as the incomplete gamma and beta functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from morefit_py.graph.build import (
    TRUE,
    Node,
    Operand,
    as_node,
    detach,
    exp,
    log,
    log1p,
    logical_and,
    logical_or,
    maximum,
    minimum,
    select,
    sqrt,
)
from morefit_py.pdfs.integration.composite import composite
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.special import exprel

# By how much the logarithm of the integrand falls from its top to each cut; exp(-40) is below rounding.
_FALLS = (1.0, 4.0, 14.0, 40.0)
# Beyond them, in units of log y, until the smooth factor is constant within rounding.
_BEYOND = (5.0, 15.0, 40.0)
_NODES = 12
RULE = f"quadrature ({_NODES} nodes between cuts)"
# Stands for a bound at minus infinity.
_FAR = -1e4


@dataclass(frozen=True, eq=False)
class PowerIntegral:
    """The integral of y^(a-1) exp(log_factor(y)) for a > 0, `log_factor` falling about as -rate y.

    In log y the integrand has no singularity. Below all structure it is a power, whose integral is
    closed; above it nodes are put where the integrand falls off to either side of its top, which `rate`
    (of either sign) tells.
    """

    a: Operand
    rate: Operand
    log_factor: Callable[[Node], Node]

    def between(self, low: Operand, high: Operand, present: Node = TRUE) -> Scaled:
        """The integral from low to high, 0 <= low < high, where `present` holds."""
        a = as_node(self.a)
        top = select(present, as_node(high), 1.0)
        bottom = select(logical_and(present, as_node(low) > 0.0), as_node(low), top)
        # Below, o = log(y/high) runs from -length to 0.
        length = log1p((top - bottom) / bottom)
        from_zero = as_node(low) <= 0.0
        cuts, summit = self._cuts(detach(self.rate * top), detach(select(from_zero, _FAR, -length)))
        height = detach(self._exponent(summit, top))
        lowest = cuts[0]
        begin = select(from_zero, lowest, maximum(-length, lowest))
        main = composite(lambda o: exp(self._exponent(o, top) - height), begin, 0.0, cuts[1:], _NODES)
        below = length + lowest
        power = select(from_zero, 1.0 / a, below * exprel(-a * below))
        reaches = logical_or(from_zero, below > 0.0)
        tail = select(reaches, self._exponent(lowest, top) - height, 0.0)
        return Scaled(main + select(reaches, power * exp(tail), 0.0), a * log(top) + height, present)

    def _exponent(self, o: Node, top: Node) -> Node:
        return self.a * o + self.log_factor(top * exp(o))

    def _cuts(self, rate: Node, low: Node) -> tuple[Sequence[Node], Node]:
        """Points in o from below all structure upwards, and where the integrand is about the largest."""
        a = detach(self.a)
        wide = maximum(a, 1.0)
        falling = rate > 0.0
        summit = select(falling, minimum(maximum(log(wide / select(falling, rate, 1.0)), low), 0.0), 0.0)
        # Slope and curvature of the logarithm of the integrand there.
        bend = rate * exp(summit)
        curvature = maximum(bend, 0.0)
        rise, drop = maximum(a - bend, 0.0), maximum(bend - a, 0.0)
        left = [minimum(_reach(rise, curvature, fall), 2.0 + fall) for fall in _FALLS]
        left += [left[-1] + beyond / wide for beyond in _BEYOND]
        safe = select(falling, bend, 1.0)
        right = [
            minimum(_reach(drop, safe, fall), log1p((fall + sqrt(2.0 * fall * safe)) / safe))
            for fall in _FALLS
        ]
        return [*(summit - by for by in reversed(left)), summit, *(summit + by for by in right)], summit


def gamma_integral(a: Operand, k: Operand) -> PowerIntegral:
    """The incomplete gamma integral, of y^(a-1) exp(-k y), a > 0 and k of either sign."""
    return PowerIntegral(a, k, lambda y: -as_node(k) * y)


def _reach(slope: Node, curvature: Node, fall: float) -> Node:
    """How far a parabola falls by `fall`."""
    return 2.0 * fall / (slope + sqrt(slope**2 + 2.0 * fall * curvature))
