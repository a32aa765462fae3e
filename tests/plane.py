"""Points of the complex plane over many powers of ten, and the Faddeeva function there by mpmath."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import mpmath as mp
import numpy as np
from numpy.typing import NDArray

from tests.exact import faddeeva

Values = NDArray[np.float64]
_SMALLEST = 1e-290
_DIGITS = 40


@dataclass(frozen=True)
class Plane:
    """Every point of a grid, as columns; `digits` more than a double has are needed for what is tiny."""

    x: Values
    y: Values
    digits: int

    @cached_property
    def exact(self) -> list[tuple[Any, ...]]:
        """The function, and its first and second derivative, at every point."""
        with mp.workdps(_DIGITS):
            points = [(mp.mpf(x), mp.mpf(y)) for x, y in zip(self.x, self.y, strict=True)]
            return list(zip(*(faddeeva(x, y, self.digits) for x, y in points), strict=True))

    def error(self, real: Any, imag: Any, order: int) -> float:
        """The largest error relative to the size of the function, where that is neither 0 nor infinite."""
        with mp.workdps(_DIGITS):
            return max(
                float(abs(mp.mpc(float(u), float(v)) - exact) / abs(exact))
                for u, v, exact in zip(real, imag, self.exact[order], strict=True)
                if _SMALLEST < abs(exact) < 1 / mp.mpf(_SMALLEST)
            )

    def real_error(self, real: Any, order: int) -> float:
        """The largest error relative to the real part, near whose zeros the second derivative is left out."""
        with mp.workdps(_DIGITS):
            return max(
                float(abs(mp.mpf(float(u)) / exact.real - 1))
                for u, exact in zip(real, self.exact[order], strict=True)
                if abs(exact.real) > _SMALLEST and (order < 2 or abs(exact.real) > 0.1 * abs(exact.imag))
            )


def _plane(x: Values, y: Values, digits: int) -> Plane:
    pairs = np.array(list(product(x, y)))
    return Plane(pairs[:, 0].copy(), pairs[:, 1].copy(), digits)


# Where the Gaussian gives way to the tail of the Lorentz curve, and around the steps of the sums.
_X = np.concatenate(
    [[0.0, 1e-7, 1e-3], np.linspace(0.05, 12.0, 30), [-0.7, -3.3, -8.0], np.geomspace(13.0, 1e6, 9)]
)
_Y = np.concatenate(
    [[0.0], np.geomspace(1e-30, 1e-2, 12), np.linspace(0.05, 7.0, 12), np.geomspace(8, 1e6, 7)]
)
ABOVE = _plane(_X, _Y, 90)
BELOW = _plane(np.linspace(-8.0, 8.0, 23), -np.geomspace(1e-4, 26.0, 20), 40)
