"""Cases of statistical distributions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import stats

from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.distributions.beta import Beta
from morefit_py.pdfs.distributions.chi_squared import ChiSquared
from morefit_py.pdfs.distributions.gamma import Gamma
from morefit_py.pdfs.distributions.generalized_gaussian import GeneralizedGaussian
from morefit_py.pdfs.distributions.gumbel import Gumbel
from morefit_py.pdfs.distributions.laplace import Laplace
from morefit_py.pdfs.distributions.log_normal import LogNormal
from morefit_py.pdfs.distributions.logistic import Logistic
from morefit_py.pdfs.distributions.poisson import Poisson
from morefit_py.pdfs.distributions.q_gaussian import QGaussian
from morefit_py.pdfs.distributions.weibull import Weibull

from .case import MASS, UNIT, Case, parameters

TIME = Observable("t", 0.0, 30.0)
LATE = Observable("t", 40.0, 60.0)
BELOW = Observable("u", -1.0, 0.0)
COUNT = Observable("n", 0.0, 20.0)
BROKEN = Observable("n", -1.5, 7.3)


def _case(
    name: str, kind: type[Density], x: Observable, shape: Callable[..., Any], smooth: bool = True, **at: float
) -> Case:
    return Case(
        f"{kind.type} {name}", kind(x, *parameters(**at)), lambda rows: shape(rows, *at.values()), smooth
    )


def _gamma(x: np.ndarray, gamma: float, beta: float, mu: float = 0.0) -> Any:
    # Relative to a point in the range keeps it from underflowing all over one in the tail.
    dist = stats.gamma(gamma, mu, beta)
    return np.exp(dist.logpdf(x) - dist.logpdf(30.0 if gamma == 200 else 41.0 if beta == 0.2 else 6.0))


def _q_gaussian(x: np.ndarray, q: float, mu: float, sigma: float) -> Any:
    t = (x - mu) / sigma
    return np.exp(-(t**2) / 2) if q == 1 else (1 + (q - 1) * t**2 / 2) ** (-1 / (q - 1))


def _generalized(x: np.ndarray, mu: float, sigma: float, beta: float) -> Any:
    return stats.gennorm(beta, mu, sigma).pdf(x)


def _beta(x: np.ndarray, low: float, high: float, alpha: float, beta: float) -> Any:
    v, rest = (x - low) / (high - low), (high - x) / (high - low)
    with np.errstate(divide="ignore"):
        left, right = (np.log(side * (alpha + beta) / at) for side, at in ((v, alpha), (rest, beta)))
        return np.exp((alpha - 1) * left + (beta - 1) * right) if (alpha, beta) != (1, 1) else np.ones_like(x)


def beta(name: str, x: Observable, a: float, b: float) -> Case:
    return _case(name, Beta, x, lambda rows, *at: _beta(rows, x.low, x.high, *at), alpha=a, beta=b)


def _steps(x: np.ndarray, mean: float) -> Any:
    return stats.poisson(mean).pmf(np.floor(x))


CASES = [
    _case("ordinary", Gamma, TIME, _gamma, gamma=3, beta=2),
    _case("singular", Gamma, TIME, _gamma, gamma=0.3, beta=4),
    _case("exponential", Gamma, TIME, _gamma, gamma=1, beta=4),
    _case("narrow", Gamma, TIME, _gamma, gamma=4000, beta=0.0015),
    _case("far tail", Gamma, LATE, _gamma, gamma=3, beta=0.2),
    _case("rising", Gamma, TIME, _gamma, gamma=200, beta=1),
    _case("shifted", Gamma, TIME, _gamma, smooth=False, gamma=2.5, beta=2, mu=5.0),
    _case("begun before", Gamma, TIME, _gamma, gamma=0.5, beta=5, mu=-1.0),
    _case("ordinary", ChiSquared, TIME, lambda x, n: stats.chi2(n).pdf(x), ndof=5),
    _case("singular", ChiSquared, TIME, lambda x, n: stats.chi2(n).pdf(x), ndof=1),
    _case("ordinary", LogNormal, TIME, lambda x, m, k: stats.lognorm(np.log(k), 0, m).pdf(x), m0=5, k=2),
    _case("narrow", LogNormal, TIME, lambda x, m, k: stats.lognorm(np.log(k), 0, m).pdf(x), m0=5, k=1.05),
    _case("wide", LogNormal, TIME, lambda x, m, k: stats.lognorm(np.log(k), 0, m).pdf(x), m0=5, k=50),
    beta("ordinary", UNIT, 2, 3.5),
    beta("singular below", Observable("u", 0.0, 1.0), 0.4, 2),
    beta("singular above", BELOW, 3, 0.5),
    beta("uniform", UNIT, 1, 1),
    beta("narrow", UNIT, 3000, 5000),
    _case("ordinary", Poisson, COUNT, _steps, smooth=False, mean=4.2),
    _case("bounds inside a count", Poisson, BROKEN, _steps, smooth=False, mean=3.0),
    _case("mean beyond the bounds", Poisson, COUNT, _steps, smooth=False, mean=150),
    _case("ordinary", Weibull, TIME, lambda x, k, s: stats.weibull_min(k, 0, s).pdf(x), k=1.7, scale=8),
    _case("singular", Weibull, TIME, lambda x, k, s: stats.weibull_min(k, 0, s).pdf(x), k=0.5, scale=3),
    _case("exponential", Weibull, TIME, lambda x, k, s: stats.weibull_min(k, 0, s).pdf(x), k=1, scale=8),
    _case("narrow", Weibull, TIME, lambda x, k, s: stats.weibull_min(k, 0, s).pdf(x), k=80, scale=12),
    _case("ordinary", Laplace, MASS, lambda x, m, b: np.exp(-abs(x - m) / b), smooth=False, mu=5400, b=60),
    _case("below", Laplace, MASS, lambda x, m, b: np.exp(-abs(x - 5000) / b), mu=4000, b=60),
    _case("above", Laplace, MASS, lambda x, m, b: np.exp((x - 6000) / b), mu=7000, b=60),
    _case("ordinary", Logistic, MASS, lambda x, m, s: stats.logistic(m, s).pdf(x), mu=5400, s=30),
    _case("narrow", Logistic, MASS, lambda x, m, s: stats.logistic(m, s).pdf(x), mu=5400, s=0.4),
    _case("below", Logistic, MASS, lambda x, m, s: stats.logistic(m, s).pdf(x) * 1e8, mu=4000, s=50),
    _case("ordinary", Gumbel, MASS, lambda x, m, b: stats.gumbel_r(m, b).pdf(x), mu=5400, beta=40),
    _case("narrow", Gumbel, MASS, lambda x, m, b: stats.gumbel_r(m, b).pdf(x), mu=5400, beta=0.7),
    _case("below", Gumbel, MASS, lambda x, m, b: stats.gumbel_r(m, b).pdf(x) * 1e8, mu=4000, beta=60),
    _case("above", Gumbel, MASS, lambda x, m, b: stats.gumbel_r(m, b).pdf(x) * 1e20, mu=6400, beta=120),
    _case("ordinary", QGaussian, MASS, _q_gaussian, q=1.5, mu=5400, sigma=40),
    _case("Gaussian, no power", QGaussian, MASS, _q_gaussian, q=1, mu=5400, sigma=40),
    _case("Cauchy", QGaussian, MASS, _q_gaussian, q=2, mu=5400, sigma=3),
    _case("flat tails", QGaussian, MASS, _q_gaussian, q=6, mu=5400, sigma=30),
    _case("beside", QGaussian, MASS, _q_gaussian, q=1.05, mu=4900, sigma=40),
    _case("Gaussian", GeneralizedGaussian, MASS, _generalized, mu=5400, sigma=50, beta=2),
    _case("heavy", GeneralizedGaussian, MASS, _generalized, smooth=False, mu=5400, sigma=20, beta=0.6),
    _case("a box", GeneralizedGaussian, MASS, _generalized, mu=5400, sigma=200, beta=12),
    _case("beside", GeneralizedGaussian, MASS, _generalized, mu=4900, sigma=90, beta=1.4),
]
