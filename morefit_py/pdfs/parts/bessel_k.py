"""The modified Bessel function of the second kind, of any real order."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, detach, exp, log, minimum, select, sqrt
from morefit_py.pdfs.integration.unit_rule import unit_trapezoid

_INTERVALS = 80
# How deep below its peak, in its logarithm, an integrand is followed.
DEPTH = 34.0


@dataclass(frozen=True, eq=False)
class Saddle:
    """Where exp(-z cosh u + nu u) has its peak in u, and how far it reaches; all constant to derivatives.

    The peak is at asinh(nu/z), its height -size + nu peak with size = sqrt(z^2 + nu^2); towards zero the
    fall may be as slow as exp(-|nu| u), away from zero it is doubly exponential.
    """

    nu: Node
    z: Node
    depth: Operand = DEPTH

    @property
    def size(self) -> Node:
        return sqrt(self.z**2 + self.nu**2)

    @property
    def peak(self) -> Node:
        """The distance of the peak from zero."""
        return log((self.size + abs(self.nu)) / self.z)

    @property
    def fast(self) -> Node:
        """How far beyond the peak, seen from zero, the integrand is worth following."""
        ratio = self.depth / self.size
        return log(1.0 + ratio + sqrt(ratio * (ratio + 2.0)))

    @property
    def slow(self) -> Node:
        """How far on the side of zero: the fall is no slower than that of exp(-v) - 1 + v, or mirrored."""
        third = self.depth / (3.0 * self.size)
        return minimum(2.0 * self.peak + self.fast, third + sqrt(third * (third + 6.0)))


def log_bessel_k(order: Operand, argument: Operand) -> Node:
    """log K_nu(z) for z > 0, to 1e-12 from z = 1e-4 on, for |nu| > 1.5 from zero on.

    By the trapezoidal rule from 2 K_nu(z) = integral of exp(-z cosh u + nu u) (Abramowitz & Stegun
    9.6.24), its nodes placed about the peak.
    """
    nu, z = as_node(order), as_node(argument)
    saddle = Saddle(detach(nu), detach(z))
    mirrored = select(saddle.nu < 0.0, -1.0, 1.0)
    height = detach(abs(saddle.nu) * saddle.peak - saddle.size)
    start, length = detach(saddle.peak - saddle.slow), detach(saddle.slow + saddle.fast)

    def integrand(at: Node) -> Node:
        u = start + length * at
        up = exp(u)
        return exp(nu * (mirrored * u) - z * (0.5 * (up + 1.0 / up)) - height)

    return height + log(0.5 * length * unit_trapezoid(integrand, _INTERVALS))
