"""The NumPy meaning of the logarithm of the exponentially modified Gaussian and of its derivatives.

With t = 1 - kappa u, the density is that of the Gaussian at u times the integral of exp(-t r - kappa^2 r^2/2)
over r > 0, and all derivatives follow from the moments of r, whose ratios are a continued fraction (that
of Abramowitz & Stegun 26.2.14). Where t < 0 the exponential leads, and it is what the density is measured by.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from morefit_py.graph import special

_ROOT_HALF = math.sqrt(0.5)
_ROOT_TWO_PI = math.sqrt(2.0 * math.pi)
_LEVELS = 100
# In t/kappa: from here on the fraction converges, and up to here its recursion keeps the digits.
_NEAR = 1.5
# Beyond this it is one over t.
_FAR = 1e9


def log_emg(u: Any, kappa: Any, place: int) -> Any:
    """The derivative `ORDERS[place]` of the logarithm; 1e-15 off at most, 3e-14 by u, by kappa and by both,
    4e-13 twice by kappa, relative to its size."""
    u, kappa = np.broadcast_arrays(np.asarray(u, dtype=np.float64), np.asarray(kappa, dtype=np.float64))
    side = np.where(kappa < 0.0, -1.0, 1.0)
    u, kappa = side * u, np.abs(kappa)
    late = kappa * u > 1.0
    beyond, before = _late(u, np.where(late, kappa, 1.0), place), _early(np.where(late, 0.0, u), kappa, place)
    found = np.where(late, beyond, before)
    return side * found if place in (1, 2) else found


def _early(u: Any, kappa: Any, place: int) -> Any:
    t = 1.0 - kappa * u
    if place == 0:
        near = t < _FAR * kappa
        length = np.where(near, kappa, 1.0)
        tail = math.sqrt(math.pi / 2.0) * special.erfcx(_ROOT_HALF * np.where(near, t, 1.0) / length) / length
        return -u * u / 2.0 + np.log(np.where(near, tail, 1.0 / t) / _ROOT_TWO_PI)
    near = t < _NEAR * kappa
    inside = _by_recursion(t, np.where(near, kappa, 1.0))
    outside = _by_fraction(np.where(near, 1.0, t), kappa)
    a1, a2, a3, a4 = (np.where(near, x, y) for x, y in zip(inside, outside, strict=True))
    variance = a2 - a1 * a1
    if place == 1:
        return kappa * a1 - u
    if place == 2:
        return u * a1 - kappa * a2
    if place == 3:
        return kappa * kappa * variance - 1.0
    if place == 4:
        return variance
    skew, spread = a3 - a1 * a2, a4 - a2 * a2
    return u * (u * variance - 2.0 * kappa * skew) + kappa * kappa * spread - a2


def _by_recursion(t: Any, kappa: Any) -> tuple[Any, ...]:
    """The moments of r up to the fourth, near t = 0: each from the two before."""
    q = t / kappa
    hazard = 1.0 / (math.sqrt(math.pi / 2.0) * special.erfcx(_ROOT_HALF * q))
    first = hazard - q
    second = 1.0 - q * first
    third = 2.0 * first - q * second
    fourth = 3.0 * second - q * third
    return first / kappa, second / kappa**2, third / kappa**3, fourth / kappa**4


def _by_fraction(t: Any, kappa: Any) -> tuple[Any, ...]:
    """The same elsewhere: moment n over moment n - 1 is n/(t + kappa^2 (that of n + 1))."""
    square = kappa * kappa
    last = _LEVELS - 0.5
    ratio = 2.0 * last / (t + np.sqrt(t * t + 4.0 * square * last))
    ratios = []
    for n in range(_LEVELS - 1, 0, -1):
        ratio = n / (t + square * ratio)
        ratios.append(ratio)
    return tuple(np.cumprod(ratios[:-5:-1], axis=0))


def _late(u: Any, kappa: Any, place: int) -> Any:
    turn = 1.0 / kappa
    v = u - turn
    inside = special.ndtr(v)
    hazard = np.exp(-v * v / 2.0) / (_ROOT_TWO_PI * inside)
    bend = hazard * (hazard + v)
    if place == 0:
        return turn * (turn / 2.0 - u) + np.log(turn * inside)
    if place == 1:
        return hazard - turn
    if place == 2:
        return turn * turn * (v + hazard - kappa)
    if place == 3:
        return -bend
    if place == 4:
        return turn * turn * (1.0 - bend)
    return turn * turn * (1.0 + turn * (turn * (1.0 - bend) - 2.0 * (v + hazard)))
