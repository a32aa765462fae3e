"""Statistics that compare an empirical distribution function with the one expected, and their p-values.

All are of the probabilities u = F(x) and v = 1 - F(x) of a sample, which are uniform where F is right. The
p-values are those of an F that was known before, not fitted.
"""

from __future__ import annotations

from math import ceil, inf, pi, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

KS: Final = "ks"
CVM: Final = "cvm"
AD: Final = "ad"
NAMES: Final = {KS: "Kolmogorov-Smirnov", CVM: "Cramer-von Mises", AD: "Anderson-Darling"}
# Terms of the series; they fall faster than exponentially.
_TERMS = 30
# Of the Anderson-Darling series: where exp(-rate) is nothing, and exp(-rate w^2) has fallen enough.
_NOTHING, _FALLEN, _STEP = 700.0, 50.0, 0.02
# The probability of larger values is below rounding.
_CERTAIN = 40.0


def statistic(kind: str, u: Array, v: Array) -> float:
    """The statistic of one of NAMES, for u and v (n,) in any order.

    KS: the largest |i/n - u| (Kolmogorov). CVM: 1/(12 n) + sum (u_i - (2i - 1)/(2n))^2. AD: -n - 1/n sum
    (2i - 1) (log u_i + log v_(n+1-i)) (Anderson and Darling, J. Am. Stat. Assoc. 49 (1954) 765); inf where
    an event is impossible.
    """
    size = len(u)
    order = np.argsort(u)
    below, above = u[order], v[order]
    steps = np.arange(1, size + 1)
    if kind == KS:
        return float(max(np.max(steps / size - below), np.max(below - (steps - 1) / size)))
    if kind == CVM:
        return float(1.0 / (12.0 * size) + np.sum((below - (2.0 * steps - 1.0) / (2.0 * size)) ** 2))
    with np.errstate(divide="ignore"):
        return float(-size - np.mean((2.0 * steps - 1.0) * (np.log(below) + np.log(above[::-1]))))


def known_p_value(kind: str, value: float, size: int) -> float:
    """The p-value of a statistic of n events where F was known: exact in n for KS, else for many events."""
    if kind == KS:
        from scipy.stats import kstwo

        return float(kstwo.sf(value, size))
    if value == inf:
        return 0.0
    if kind == CVM:
        return float(np.clip(1.0 - _cramer_von_mises(value), 0.0, 1.0))
    return float(np.clip(1.0 - _anderson_darling(value), 0.0, 1.0))


def _cramer_von_mises(x: float) -> float:
    """The limiting distribution function (Csorgo and Faraway, J. R. Stat. Soc. B 58 (1996) 221, eq. 1.3)."""
    k = np.arange(_TERMS)
    y = 4.0 * k + 1.0
    q = y**2 / (16.0 * x)
    u = np.exp(special.gammaln(k + 0.5) - special.gammaln(k + 1.0)) / (pi**1.5 * sqrt(x))
    return float(np.sum(u * np.sqrt(y) * np.exp(-2.0 * q) * special.kve(0.25, q)))


def _anderson_darling(x: float) -> float:
    """The limiting distribution function (Anderson and Darling, Ann. Math. Stat. 23 (1952) 193, eq. 4.36)."""
    if x > _CERTAIN:
        return 1.0
    total = 0.0
    for j in range(_TERMS):
        rate = (4.0 * j + 1.0) ** 2 * pi**2 / (8.0 * x)
        if rate > _NOTHING:
            break
        # The midpoint rule converges exponentially: the integrand is analytic up to w = i.
        w = _STEP * (np.arange(ceil(sqrt(_FALLEN / rate) / _STEP)) + 0.5)
        area = _STEP * float(np.sum(np.exp(x / (8.0 * (w * w + 1.0)) - rate * w * w)))
        weight = special.gamma(j + 0.5) / (special.gamma(0.5) * special.gamma(j + 1.0))
        total += (-1.0) ** j * weight * (4.0 * j + 1.0) * np.exp(-rate) * area
    return sqrt(2.0 * pi) / x * total
