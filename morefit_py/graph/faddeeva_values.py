"""The NumPy meaning of the Faddeeva function and of its first two derivatives.

The function itself is SciPy's. Its derivatives by w' = -2 z w + 2i/sqrt(pi) would lose digits as the square
and the fourth power of |z|, so they are made as the kernels make them: the integral (i/pi) exp(-t^2)/(z - t)
over t is a sum over equal steps h plus the residue of the pole at z (Chiarella & Reichel, Math. Comp. 22
(1968) 137; Hunter & Regan, Math. Comp. 26 (1972) 539), each differentiated as it stands.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from morefit_py.graph import special

_STEP = math.sqrt(math.pi / 12.0)
_NODES = 13
# From here on the pole lies beyond the line that the sum is an integral along.
_EDGE = math.pi / _STEP
_RATE = 2.0 * math.pi / _STEP
# exp(-z^2) is the square of a number that does not overflow before the result does.
_MOST = 1300.0
_FAR = 1e60


def faddeeva(x: Any, y: Any, order: int) -> tuple[Any, Any]:
    """The real and the imaginary part of w(x + i y), or of its derivative of order 1 or 2 by z.

    Above the axis 1e-13 off at most, relative to |w|.
    """
    x, y = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
    if order == 0:
        # Put together by parts: 1j times infinity has no real part.
        z = np.empty(x.shape, dtype=np.complex128)
        z.real, z.imag = x, y
        w = special.wofz(z)
        return np.real(w), np.imag(w)
    u, v = np.minimum(np.abs(x), _FAR), np.minimum(np.abs(y), _FAR)
    side = np.where(y < 0.0, -1.0, 1.0)
    real, imag = _derivative(u, v, side, order)
    mirror = np.where(x < 0.0, -1.0, 1.0)
    gone = (np.abs(x) > _FAR) | (y > _FAR)
    real, imag = (mirror * real, side * imag) if order == 1 else (real, mirror * side * imag)
    return np.where(gone, 0.0, real), np.where(gone, 0.0, imag)


def _derivative(u: Any, v: Any, side: Any, order: int) -> tuple[Any, Any]:
    """The derivative at z = u + i v in the first quadrant: of w above the axis, else of 2 exp(-z^2) - w."""
    z = u + 1j * v
    steps = 2.0 * u / _STEP
    nearest = np.floor(steps + 0.5)
    shift = np.where(np.fmod(nearest, 2.0) == 0.0, 0.5, 0.0)
    total = np.zeros_like(z)
    for k in range(_NODES):
        t = (k + shift) * _STEP
        weight = np.where(t == 0.0, 0.5, 1.0) * (_STEP / math.pi) * np.exp(-t * t)
        r = 1.0 / ((u - v) * (u + v) - t * t + 2j * u * v)
        total += weight * (r * (2.0 + 4.0 * t * t * r) if order == 1 else r * r * (1.0 + 4.0 * t * t * r))
    total = -1j * total if order == 1 else 4j * z * total

    e = np.exp(1j * math.pi * (steps - nearest) - _RATE * np.minimum(v, _EDGE))
    inside = v < _EDGE
    inner, outer = np.where(inside, e / (1.0 + e), 0.0), np.where(inside, 1.0 / (1.0 + e), 1.0)
    f, rest = np.where(side < 0.0, outer, inner), np.where(side < 0.0, inner, outer)
    root = np.exp(0.5 * np.minimum((v - u) * (v + u), _MOST))
    residue = 2.0 * root * np.exp(-2j * u * v) * f
    slope = -2.0 * z + side * 1j * _RATE * rest
    if order == 2:
        slope = slope * slope - 2.0 + _RATE**2 * f * rest
    residue = residue * slope
    # By parts too: an infinite complex number times a real one is not a number.
    return side * total.real + residue.real * root, side * total.imag + residue.imag * root
