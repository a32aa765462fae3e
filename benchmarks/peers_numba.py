"""iminuit with numba-stats: the fits as their users write them.

The cost is `iminuit.cost.ExtendedUnbinnedNLL` without gradient, on densities called from NumPy, as is
customary. "fused" is what an expert does for speed: the whole NLL, logarithms and sum included, compiled
with `njit(fastmath=True)`, and with `parallel=True` where that is faster.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from time import perf_counter

import numba
import numpy as np
from iminuit import Minuit
from iminuit.cost import ExtendedUnbinnedNLL
from numba_stats import bernstein, crystalball, crystalball_ex, norm, truncexpon
from numpy.typing import NDArray

from benchmarks.models import EARLY, HIGH, LATE, LOW, Case

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


@numba.vectorize
def _erfc(x: float) -> float:
    return math.erfc(x)


@numba.njit
def _smeared(t: Array, sigma: float, tau: float) -> Array:
    """exp(-s/tau)/tau convolved with a Gaussian."""
    ratio = sigma / tau
    return np.exp(0.5 * ratio**2 - t / tau) * _erfc((ratio - t / sigma) / math.sqrt(2.0)) / (2.0 * tau)


@numba.njit
def _emg(t: Array, sigma: float, tau: float) -> Array:
    """The same, normalised on the range of times."""
    ends = np.array([EARLY, LATE])
    content = 0.5 * _erfc(-ends / (sigma * math.sqrt(2.0))) - tau * _smeared(ends, sigma, tau)
    return _smeared(t, sigma, tau) / (content[1] - content[0])


def _c(
    x: Array,
    n_sig: float,
    mu: float,
    sigma: float,
    tau_sig: float,
    n_bkg: float,
    slope: float,
    tau_bkg: float,
    sigma_t: float,
) -> tuple[float, Array]:
    inside = norm.cdf(ENDS, mu, sigma)
    signal = norm.pdf(x[0], mu, sigma) / (inside[1] - inside[0]) * _emg(x[1], sigma_t, tau_sig)
    background = truncexpon.pdf(x[0], LOW, HIGH, LOW, -1.0 / slope) * _emg(x[1], sigma_t, tau_bkg)
    return n_sig + n_bkg, n_sig * signal + n_bkg * background


DENSITIES: dict[str, Density] = {"A": _a, "B": _b, "B-mass": _b_mass, "C": _c}


def minuit(case: Case, data: Array, start: Array, fused: bool = False) -> Minuit:
    """A fit that has not run yet; what it calls is compiled already."""
    if fused:
        nll = _fused(DENSITIES[case.name], data, start)
        made = Minuit(lambda p: nll(data, *p), start, name=list(case.truths))
        made.errordef = Minuit.LIKELIHOOD
    else:
        made = Minuit(ExtendedUnbinnedNLL(data, DENSITIES[case.name]), *start, name=list(case.truths))
    for name, truth in case.truths.items():
        made.limits[name] = tuple(limit * (data.shape[-1] if truth.share else 1) for limit in truth.limits)
    return made


def _fused(density: Density, data: Array, start: Array) -> Callable[..., float]:
    """The NLL of data and parameters as one compiled function, in the faster of two forms."""
    found = []
    for parallel in (True, False):
        nll = _compiled(density, parallel)
        nll(data[..., :10], *start)
        begin = perf_counter()
        nll(data, *start)
        found.append((perf_counter() - begin, nll))
    return min(found, key=lambda timed: timed[0])[1]


def _compiled(density: Density, parallel: bool) -> Callable[..., float]:
    compiled = numba.njit(parallel=parallel, fastmath=True, error_model="numpy")
    inner = compiled(density)

    def nll(x: Array, *parameters: float) -> float:
        expected, value = inner(x, *parameters)
        return expected - np.sum(np.log(value))

    return compiled(nll)  # type: ignore[no-any-return]
