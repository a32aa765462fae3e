"""Limits as a change of variables, for minimisers that know none: F. James, MINUIT, CERN D506, sec. 1.3.

Two limits give a sine, one a hyperbola, none a shift; each in units given by the caller, and with exact
second derivatives. At a limit the derivative vanishes, so a minimum on one is stationary here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from morefit_py.fit.objective import Matrix, Vector


@dataclass(frozen=True, slots=True)
class Inner:
    """The map between limited parameters x (F,) and unlimited variables v (F,).

    `low`, `high`, `both` mark which limits a parameter has: only a lower, only an upper, or both.
    """

    centre: Vector
    width: Vector
    low: NDArray[np.bool_]
    high: NDArray[np.bool_]
    both: NDArray[np.bool_]

    def outward(self, v: Vector) -> Vector:
        """The parameters at `v`."""
        arm = np.sqrt(np.square(v) + 1.0) - 1.0
        return self.centre + self.width * self._choose(v, arm, -arm, np.sin(v))

    def inward(self, x: Vector) -> Vector:
        """The variables at `x`, which must be inside the limits."""
        u = (x - self.centre) / self.width
        arm = np.sqrt(np.square(np.abs(u) + 1.0) - 1.0)
        return self._choose(u, arm, arm, np.arcsin(np.clip(u, -1.0, 1.0)))

    def first(self, v: Vector) -> Vector:
        """dx/dv at `v`."""
        arm = v / np.sqrt(np.square(v) + 1.0)
        return self.width * self._choose(np.ones_like(v), arm, -arm, np.cos(v))

    def second(self, v: Vector) -> Vector:
        """d2x/dv2 at `v`."""
        arm = (np.square(v) + 1.0) ** -1.5
        return self.width * self._choose(np.zeros_like(v), arm, -arm, -np.sin(v))

    def hessian(self, v: Vector, gradient: Vector, hessian: Matrix) -> Matrix:
        """The Hessian in v from the gradient and Hessian in x."""
        slope = self.first(v)
        return hessian * slope * slope[:, None] + np.diag(gradient * self.second(v))

    def _choose(self, none: Vector, low: Vector, high: Vector, both: Vector) -> Vector:
        return np.where(self.both, both, np.where(self.low, low, np.where(self.high, high, none)))


def inner(start: Vector, lower: Vector, upper: Vector, unit: Vector) -> Inner:
    """The map for these limits, `unit` (F,) being the scale of parameters that have fewer than two."""
    low, high = np.isfinite(lower), np.isfinite(upper)
    both = low & high
    with np.errstate(invalid="ignore"):
        middle, half = 0.5 * (lower + upper), 0.5 * (upper - lower)
    centre = np.where(both, middle, np.where(low, lower, np.where(high, upper, start)))
    return Inner(centre, np.where(both, half, unit), low & ~both, high & ~both, both)


def inside(x: Vector, lower: Vector, upper: Vector, unit: Vector) -> Vector:
    """`x` moved off its limits, where the change of variables has no slope, by a hundredth of the room."""
    room = 0.01 * np.minimum(upper - lower, unit)
    return np.minimum(np.maximum(x, lower + room), upper - room)
