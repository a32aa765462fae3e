"""Densities on the sphere, as sums of real spherical harmonics."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import ZERO, Node, Operand, as_node, cos, sin, sqrt
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.angular.terms import Terms
from morefit_py.pdfs.density import Density

# Higher ones lose digits, as sums of powers.
HIGHEST = 16


@dataclass(frozen=True, eq=False)
class SphericalHarmonics(Density):
    """Y_00^2 + sum_i c_i Y_lm(cos_theta, phi), (l, m) the i-th of `degrees`, phi in radians.

    Y_lm are real and orthonormal, with cos(m phi) for m > 0 and sin(|m| phi) for m < 0, without the
    Condon-Shortley sign. On the whole sphere the coefficients are the moments of the density and it is
    normalised whatever they are; they must keep it positive. Raises ModelError unless there is a
    coefficient for each (l, m), 1 <= l <= 16 and |m| <= l, and each stands once.
    """

    type = "spherical_harmonics"

    cos_theta: Observable
    phi: Observable
    degrees: tuple[tuple[float, ...], ...]
    coefficients: tuple[Operand, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.degrees) != len(self.coefficients):
            raise ModelError(
                f"{self.type}: coefficients: {len(self.coefficients)} coefficients for {len(self.degrees)} "
                "degrees (l, m)"
            )
        for i, row in enumerate(self.degrees):
            where = f"{self.type}: degrees[{i}]"
            if len(row) != 2 or not all(float(n).is_integer() for n in row) or not 1 <= row[0] >= abs(row[1]):
                raise ModelError(f"{where}: {row} is no (l, m) with l >= 1 and |m| <= l")
            if row[0] > HIGHEST:
                raise ModelError(f"{where}: l = {row[0]:g} is too high; degrees go to {HIGHEST}")
            if row in self.degrees[:i]:
                raise ModelError(f"{where}: {row} stands twice; give one coefficient for it")
        if self.cos_theta.low < -1.0 or self.cos_theta.high > 1.0:
            raise ModelError(f"{self.type}: the bounds of {self.cos_theta.name!r} leave [-1, 1]")

    @cached_property
    def _terms(self) -> Terms:
        held = [(as_node(1.0 / (4.0 * math.pi)), as_node(1.0))]
        for (degree, order), c in zip(self.degrees, self.coefficients, strict=True):
            held.append((as_node(c), harmonic(int(degree), int(order), self.cos_theta, self.phi)))
        return Terms((self.cos_theta, self.phi), 1, tuple(held))

    def shape(self) -> Node:
        return self._terms.value()

    def integral(self) -> Node:
        return self._terms.integral()


def harmonic(degree: int, order: int, cos_theta: Operand, phi: Operand) -> Node:
    """The real, orthonormal spherical harmonic of a degree l >= 0 and an order |m| <= l."""
    m = abs(order)
    size = math.sqrt(
        (2 * degree + 1) / (4 * math.pi) * math.factorial(degree - m) / math.factorial(degree + m)
    )
    # (1 - x^2)^(m/2) times the m-th derivative of the Legendre polynomial.
    powers = np.polynomial.legendre.leg2poly([0.0] * degree + [1.0])
    for _ in range(m):
        powers = np.polynomial.polynomial.polyder(powers)
    x, angle = as_node(cos_theta), as_node(phi)
    total = ZERO
    for power in powers[::-1]:
        total = total * x + float(power)
    if m:
        total = total * (1.0 - x**2) ** (m // 2) * (sqrt(1.0 - x**2) if m % 2 else 1.0)
        total = total * math.sqrt(2.0) * (cos(m * angle) if order > 0 else sin(m * angle))
    return size * total
