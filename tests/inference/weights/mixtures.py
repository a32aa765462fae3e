"""Masses and times of a signal on a background, drawn and described without this package."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import stats

import morefit_py as mf

Array = NDArray[np.float64]

MASS = mf.Observable("m", 0.0, 1.0)
TIME = mf.Observable("t", 0.0, 1.5)
PEAK, WIDTH, FALL = 0.5, 0.1, -1.0
RATE, RISE = -2.0, 2.0


def normal(m: Array, mean: float = PEAK, width: float = WIDTH) -> Array:
    """A normal density truncated to the bounds of the mass."""
    return stats.truncnorm.pdf(m, (0.0 - mean) / width, (1.0 - mean) / width, mean, width)


def exponential(x: Array, slope: float, high: float) -> Array:
    """exp(slope x), normalised on [0, high]."""
    return slope * np.exp(slope * x) / np.expm1(slope * high)


def draw_exponential(slope: float, high: float, size: int, rng: np.random.Generator) -> Array:
    """Events of `exponential`."""
    return np.log1p(rng.random(size) * np.expm1(slope * high)) / slope


def events(
    seed: int, signal: float = 400.0, background: float = 600.0
) -> tuple[mf.Dataset, NDArray[np.bool_]]:
    """Masses and times that are independent in either component, and which events are of the signal."""
    rng = np.random.default_rng(seed)
    s, b = rng.poisson(signal), rng.poisson(background)
    low, high = stats.norm.cdf([0.0, 1.0], PEAK, WIDTH)
    m = np.concatenate(
        [stats.norm.ppf(low + (high - low) * rng.random(s), PEAK, WIDTH), draw_exponential(FALL, 1.0, b, rng)]
    )
    t = np.concatenate([draw_exponential(RATE, 1.5, s, rng), draw_exponential(RISE, 1.5, b, rng)])
    order = rng.permutation(s + b)
    data = mf.Dataset.from_numpy({"m": m[order], "t": t[order], "row": np.arange(s + b, dtype=float)})
    return data, (order < s)


def mass_model(floating: bool = True) -> mf.Model:
    """Yields and, if `floating`, shapes of the mass."""
    mean = mf.Parameter("mean", PEAK, limits=(0.3, 0.7), fixed=not floating)
    width = mf.Parameter("width", WIDTH, limits=(0.03, 0.3), fixed=not floating)
    fall = mf.Parameter("fall", FALL, limits=(-6.0, 6.0), fixed=not floating)
    n_s = mf.Parameter("n_s", 400.0, limits=(0.0, 5e4))
    n_b = mf.Parameter("n_b", 600.0, limits=(0.0, 5e4))
    sum_of_both = n_s * mf.pdfs.Gaussian(MASS, mean, width) + n_b * mf.pdfs.Exponential(MASS, fall)
    return mf.Model({"d": sum_of_both.named("signal", "background")})


def time_model(extended: bool = False) -> mf.Model:
    """The times of the signal, whose rate is fitted to weighted events."""
    density = mf.pdfs.Exponential(TIME, mf.Parameter("rate", RATE, limits=(-15.0, 10.0)))
    return mf.Model({"d": mf.Parameter("n", 400.0, limits=(0.0, 5000.0)) * density if extended else density})


@cache
def fitted(seed: int = 1, floating: bool = True) -> tuple[mf.CompiledFit, mf.FitResult]:
    """The fit of the masses of one toy."""
    fit = mf.compile(mass_model(floating), events(seed)[0])
    return fit, fit.minimise()
