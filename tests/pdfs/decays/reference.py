"""Decays in many digits: terms in time convolved with a Gaussian, in closed form and as an integral."""

from __future__ import annotations

from typing import Any

import mpmath as mp

NAMES = ("tau", "delta_gamma", "delta_m", "c_cosh", "c_sinh", "c_cos", "c_sin")


def decay(s: Any, values: tuple[Any, ...], sign: int = 1) -> Any:
    """The textbook form for s > 0; the odd terms with the sign."""
    tau, delta_gamma, delta_m, c_cosh, c_sinh, c_cos, c_sin = map(mp.mpf, values)
    half, turn = delta_gamma * s / 2, delta_m * s
    even = c_cosh * mp.cosh(half) + c_cos * mp.cos(turn)
    return mp.exp(-s / tau) * (even + sign * (c_sinh * mp.sinh(half) + c_sin * mp.sin(turn)))


def _smeared(t: Any, rate: Any, sigma: Any) -> Any:
    z = (sigma * rate - t / sigma) / mp.sqrt(2)
    return mp.exp(-((t / sigma) ** 2) / 2 + z * z) * mp.erfc(z) / 2


def smeared(t: Any, values: tuple[Any, ...], mean: Any, sigma: Any, side: int = 1) -> Any:
    """The convolution by the complex error function; it needs twice the digits of its exponents."""
    tau, delta_gamma, delta_m, c_cosh, c_sinh, c_cos, c_sin = map(mp.mpf, values)
    total = mp.mpf(0)
    for sign in (1, -1):
        if side == -sign:
            continue
        at = sign * (mp.mpf(t) - mean)
        slow, fast = (
            _smeared(at, 1 / tau - half, mp.mpf(sigma)) for half in (delta_gamma / 2, -delta_gamma / 2)
        )
        wave = _smeared(at, mp.mpc(1 / tau, -delta_m), mp.mpf(sigma))
        total += ((c_cosh + sign * c_sinh) * slow + (c_cosh - sign * c_sinh) * fast) / 2
        total += c_cos * wave.real + sign * c_sin * wave.imag
    return total


def convolved(t: Any, values: tuple[Any, ...], mean: Any, sigma: Any, side: int = 1) -> Any:
    """The convolution integral itself, over the true times that matter."""
    tau, _, delta_m = map(mp.mpf, values[:3])
    total = mp.mpf(0)
    for sign in (1, -1):
        if side == -sign:
            continue
        at, width = sign * (mp.mpf(t) - mean), mp.mpf(sigma)
        # Of the exponential times the Gaussian; beyond zero it falls from there.
        peak = max(mp.mpf(0), at - width**2 / tau)
        step = min(width, tau, width**2 / max(width, peak - at), 2 / max(abs(delta_m), mp.mpf("1e-9")))
        first, last = max(mp.mpf(0), peak - 14 * width), peak + min(14 * width, 80 * step)
        count = int((last - first) / step) + 1
        points = [first + (last - first) * k / count for k in range(count + 1)]
        total += mp.quad(
            lambda s, at=at, width=width, sign=sign: decay(s, values, sign) * mp.npdf(at - s, 0, width),
            points,
            maxdegree=4,
        )
    return total
