"""The Crystal Ball densities in many digits, from their textbook form."""

from __future__ import annotations

from typing import Any

import mpmath as mp

DIGITS = 60


def _core(low: Any, high: Any) -> Any:
    if high <= low:
        return mp.mpf(0)
    if high < 0:
        low, high = -high, -low
    low, high = low / mp.sqrt(2), high / mp.sqrt(2)
    return mp.sqrt(mp.pi / 2) * (mp.erfc(low) - mp.erfc(high) if low > 0 else mp.erf(high) - mp.erf(low))


def _constants(alpha: Any, n: Any) -> tuple[Any, Any]:
    return (n / alpha) ** n * mp.exp(-(alpha**2) / 2), n / alpha - alpha


def _tail(low: Any, high: Any, alpha: Any, n: Any) -> Any:
    high = min(high, -alpha)
    if high <= low:
        return mp.mpf(0)
    a, b = _constants(alpha, n)
    return a * ((b - high) ** (1 - n) - (b - low) ** (1 - n)) / (n - 1)


def log_crystal_ball(
    x: float,
    low: float,
    high: float,
    mu: Any,
    sigma: Any,
    alpha: Any,
    n: Any,
    right: tuple[Any, Any] | None = None,
) -> Any:
    """The log density at x on [low, high]; `right` is (alpha_r, n_r) of a second tail."""
    # A derivative by mpmath needs more digits than that, and asks for them.
    with mp.workdps(max(DIGITS, mp.mp.dps)):
        t, a, b = ((mp.mpf(value) - mu) / sigma for value in (x, low, high))
        top = mp.inf if right is None else mp.mpf(right[0])
        total = _core(max(a, -alpha), min(b, top)) + _tail(a, b, mp.mpf(alpha), mp.mpf(n))
        if right is not None:
            total += _tail(-b, -a, mp.mpf(right[0]), mp.mpf(right[1]))
        if t > top:
            t, alpha, n = -t, *right
        if t > -alpha:
            shape = -(t**2) / 2
        else:
            scale, offset = _constants(mp.mpf(alpha), mp.mpf(n))
            shape = mp.log(scale) - n * mp.log(offset - t)
        return shape - mp.log(sigma * total)
