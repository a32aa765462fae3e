"""A peak on a slope, drawn and described without this package."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

import morefit_py as mf

Array = NDArray[np.float64]

X = mf.Observable("x", 0.0, 10.0)
Y = mf.Observable("y", -1.0, 1.0)


def peak_on_slope(floating: bool = True, signal: float = 300.0, background: float = 700.0) -> mf.Model:
    """Yields, and if `floating` the mean, width and slope, are fitted."""
    mean = mf.Parameter("mean", 5.0, limits=(3.0, 7.0), fixed=not floating)
    width = mf.Parameter("width", 0.8, limits=(0.2, 3.0), fixed=not floating)
    slope = mf.Parameter("slope", -0.2, limits=(-2.0, 2.0), fixed=not floating)
    n_s = mf.Parameter("n_s", signal, limits=(0.0, 1e5))
    n_b = mf.Parameter("n_b", background, limits=(0.0, 1e5))
    mixture = n_s * mf.pdfs.Gaussian(X, mean, width) + n_b * mf.pdfs.Exponential(X, slope)
    return mf.Model({"d": mixture.named("signal", "background")})


def cdf(x: Array, values: dict[str, float]) -> Array:
    """The expected number of events below x."""
    low, high = stats.norm.cdf([0.0, 10.0], values["mean"], values["width"])
    peak = (stats.norm.cdf(x, values["mean"], values["width"]) - low) / (high - low)
    slope = np.expm1(values["slope"] * x) / np.expm1(values["slope"] * 10.0)
    return values["n_s"] * peak + values["n_b"] * slope


def fitted(model: mf.Model, data: object) -> tuple[mf.CompiledFit, mf.FitResult]:
    fit = mf.compile(model, data)
    return fit, fit.minimise()
