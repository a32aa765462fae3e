"""iminuit with numba-stats: the fits as their users write them.

The cost is `iminuit.cost.ExtendedUnbinnedNLL` without gradient, as is customary. "plain" calls the
distributions from NumPy; "fused" compiles the whole density with `njit(parallel=True, fastmath=True)`,
as the documentation of numba-stats advises for speed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from iminuit import Minuit
from iminuit.cost import ExtendedUnbinnedNLL
from numba_stats import bernstein, crystalball, crystalball_ex, norm, truncexpon
from numpy.typing import NDArray

from benchmarks.models import HIGH, LOW, Case

Array = NDArray[np.float64]
Density = Callable[..., tuple[float, Array]]
ENDS = np.array([LOW, HIGH])


def _a(x: Array, n_sig: float, mu: float, sigma: float, n_bkg: float, slope: float) -> tuple[float, Array]:
    signal = n_sig * norm.pdf(x, mu, sigma)
    return n_sig + n_bkg, signal + n_bkg * truncexpon.pdf(x, LOW, HIGH, LOW, -1.0 / slope)


def _b(
    x: Array,
    n_sig: float,
    mu: float,
    sigma: float,
    alpha_l: float,
    n_l: float,
    alpha_r: float,
    n_r: float,
    n_bkg: float,
    c1: float,
    c2: float,
) -> tuple[float, Array]:
    inside = crystalball_ex.cdf(ENDS, alpha_l, n_l, sigma, alpha_r, n_r, sigma, mu)
    signal = crystalball_ex.pdf(x, alpha_l, n_l, sigma, alpha_r, n_r, sigma, mu) / (inside[1] - inside[0])
    # The same polynomial in Bernstein's basis, in which numba-stats has it.
    beta = np.array([1.0 - c1 + c2, 1.0 - 3.0 * c2, 1.0 + c1 + c2])
    background = bernstein.density(x, beta, LOW, HIGH) * (3.0 / (np.sum(beta) * (HIGH - LOW)))
    return n_sig + n_bkg, n_sig * signal + n_bkg * background


def _b_mass(
    x: Array, n_sig: float, mu: float, sigma: float, alpha: float, n: float, n_bkg: float, slope: float
) -> tuple[float, Array]:
    inside = crystalball.cdf(ENDS, alpha, n, mu, sigma)
    signal = crystalball.pdf(x, alpha, n, mu, sigma) / (inside[1] - inside[0])
    background = truncexpon.pdf(x, LOW, HIGH, LOW, -1.0 / slope)
    return n_sig + n_bkg, n_sig * signal + n_bkg * background


DENSITIES: dict[str, Density] = {"A": _a, "B": _b, "B-mass": _b_mass}


def minuit(case: Case, data: Array, start: Array, fused: bool = False) -> Minuit:
    """A fit that has not run yet."""
    density = DENSITIES[case.name]
    if fused:
        density = numba.njit(parallel=True, fastmath=True, error_model="numpy")(density)
        # Compiled here, not in the first evaluation of the fit.
        density(data[:10], *start)
    made = Minuit(ExtendedUnbinnedNLL(data, _named(density, case)), *start, name=list(case.truths))
    for name, truth in case.truths.items():
        made.limits[name] = tuple(limit * (len(data) if truth.share else 1) for limit in truth.limits)
    return made


def _named(density: Density, case: Case) -> Any:
    """The density as a plain function: the cost asks for its signature."""
    if density is DENSITIES[case.name]:
        return density

    def call(x: Array, *parameters: float) -> tuple[float, Array]:
        return density(x, *parameters)

    return call
