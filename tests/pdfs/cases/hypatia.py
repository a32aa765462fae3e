"""Cases of the Hypatia density."""

from __future__ import annotations

import numpy as np
from scipy.special import kve

from morefit_py.pdfs import Hypatia

from .case import MASS, Case, parameters

Array = np.ndarray
NAMES = ("lambd", "zeta", "beta", "sigma", "mu", "a", "n", "a2", "n2")


def hypatia(name: str, *values: float) -> Case:
    starts = dict(zip(NAMES, values, strict=True))
    lambd, zeta, beta, sigma, mu, a, n, a2, n2 = values

    def core(d: Array) -> tuple[Array, Array]:
        """The logarithm and its slope."""
        if zeta == 0:
            fall = (2 * lambd - 1) * d / (sigma**2 + d**2)
            return beta * d + (lambd - 0.5) * np.log(1 + d**2 / sigma**2), beta + fall
        phi = kve(lambd + 1, zeta) / kve(lambd, zeta)
        alpha, delta = np.sqrt(zeta * phi) / sigma, np.sqrt(zeta / phi) * sigma
        r = np.sqrt(delta**2 + d**2)
        fall = alpha * d / r * kve(lambd - 1.5, alpha * r) / kve(lambd - 0.5, alpha * r)
        bessel = np.log(kve(lambd - 0.5, alpha * r)) - alpha * r
        return beta * d + (lambd - 0.5) * np.log(r) + bessel, beta - fall

    def shape(x: Array) -> Array:
        d, left, right = np.asarray(x) - mu, -a * sigma, a2 * sigma
        (low, rise), (high, fall) = core(np.array(left)), core(np.array(right))
        lower = low - n * np.log(1 + np.maximum(left - d, 0) * rise / n)
        upper = high - n2 * np.log(1 - np.maximum(d - right, 0) * fall / n2)
        middle = core(np.clip(d, left, right))[0] - core(np.array(0.0))[0]
        tails = np.where(d < left, lower, upper) - core(np.array(0.0))[0]
        return np.exp(np.where((d < left) | (d > right), tails, middle))

    fixed = {"zeta": 0.0} if zeta == 0 else {}
    held = {p.name: p for p in parameters(**{key: starts[key] for key in NAMES if key not in fixed})} | fixed
    scales = {"sigma": sigma, "mu": sigma, "beta": 0.1 / sigma, "zeta": zeta}
    return Case(f"hypatia {name}", Hypatia(MASS, **held), shape, scales=scales)


CASES = [
    hypatia("ordinary", -3.0, 0.3, 0.001, 20, 5280, 2.0, 3.0, 3.0, 4.0),
    hypatia("small zeta", -2.5, 1e-3, 0.0, 20, 5280, 2.0, 3.0, 3.0, 4.0),
    hypatia("positive lambda", 1.5, 0.5, -0.002, 20, 5280, 2.0, 3.0, 3.0, 4.0),
    hypatia("large zeta", -1.0, 30.0, 0.001, 20, 5280, 2.0, 3.0, 3.0, 4.0),
    hypatia("left tail only", -3.0, 0.3, 0.001, 30, 6200, 2.0, 3.0, 3.0, 4.0),
    hypatia("core beyond the lower bound", -3.0, 0.3, 0.001, 60, 4800, 2.0, 3.0, 30.0, 4.0),
    hypatia("zeta of zero", -3.0, 0.0, 0.001, 20, 5280, 2.0, 3.0, 3.0, 4.0),
    hypatia("zeta of zero without tilt", -1.5, 0.0, 0.0, 20, 5280, 2.0, 1.0, 5.0, 2.0),
]
