"""Fits agree with iminuit's on likelihoods written with NumPy alone."""

from collections.abc import Callable

import numpy as np
import pytest
from iminuit import Minuit
from numpy.polynomial import chebyshev
from numpy.typing import NDArray
from scipy.special import ndtr

import morefit_py as mf
from benchmarks.agreement import ERROR_GOAL, VALUE_GOAL, compared
from benchmarks.models import FITTED, HIGH, LOW, Case

Array = NDArray[np.float64]
Density = Callable[[Array, Array], tuple[Array, float]]
ENDS = np.array([LOW, HIGH])
EVENTS = 20_000


def normal_integral(low: float, high: float) -> float:
    return float(np.sqrt(2.0 * np.pi) * (ndtr(high) - ndtr(low)))


def tail_integral(t: float, alpha: float, n: float) -> float:
    """Of a Crystal Ball's left tail, from t to -alpha."""
    steep = 1.0 - alpha / n * (alpha + t)
    return float(np.exp(-0.5 * alpha**2) * n / (alpha * (n - 1.0)) * (1.0 - steep ** (1.0 - n)))


def with_tail(t: Array, core: Array, alpha: float, n: float) -> Array:
    """The core above -alpha and the power law below."""
    left = t < -alpha
    result = core.copy()
    result[left] = np.exp(-0.5 * alpha**2) * (1.0 - alpha / n * (alpha + t[left])) ** -n
    return result


def gaussian(x: Array, mu: float, sigma: float) -> Array:
    low, high = (ENDS - mu) / sigma
    return np.exp(-0.5 * ((x - mu) / sigma) ** 2) / (sigma * normal_integral(low, high))


def crystal_ball(x: Array, mu: float, sigma: float, alpha: float, n: float) -> Array:
    t, (low, high) = (x - mu) / sigma, (ENDS - mu) / sigma
    shape = with_tail(t, np.exp(-0.5 * t**2), alpha, n)
    return shape / (sigma * (tail_integral(low, alpha, n) + normal_integral(-alpha, high)))


def double_crystal_ball(x: Array, mu: float, sigma: float, *tails: float) -> Array:
    alpha_l, n_l, alpha_r, n_r = tails
    t, (low, high) = (x - mu) / sigma, (ENDS - mu) / sigma
    shape = with_tail(-t, with_tail(t, np.exp(-0.5 * t**2), alpha_l, n_l), alpha_r, n_r)
    in_tails = tail_integral(low, alpha_l, n_l) + tail_integral(-high, alpha_r, n_r)
    return shape / (sigma * (in_tails + normal_integral(-alpha_l, alpha_r)))


def exponential(x: Array, slope: float) -> Array:
    return np.exp(slope * (x - LOW)) * slope / np.expm1(slope * (HIGH - LOW))


def polynomial(x: Array, c1: float, c2: float) -> Array:
    u = (2.0 * x - LOW - HIGH) / (HIGH - LOW)
    return chebyshev.chebval(u, [1.0, c1, c2]) / ((HIGH - LOW) * (1.0 - c2 / 3.0))


def density_a(x: Array, p: Array) -> tuple[Array, float]:
    return p[0] * gaussian(x, *p[1:3]) + p[3] * exponential(x, p[4]), p[0] + p[3]


def density_b(x: Array, p: Array) -> tuple[Array, float]:
    return p[0] * double_crystal_ball(x, *p[1:7]) + p[7] * polynomial(x, p[8], p[9]), p[0] + p[7]


def density_b_mass(x: Array, p: Array) -> tuple[Array, float]:
    return p[0] * crystal_ball(x, *p[1:5]) + p[5] * exponential(x, p[6]), p[0] + p[5]


DENSITIES: dict[str, Density] = {"A": density_a, "B": density_b, "B-mass": density_b_mass}


@pytest.mark.parametrize("case", FITTED, ids=lambda case: case.name)
def test_fit_agrees_with_minuit_on_numpy(case: Case) -> None:
    data = case.data(EVENTS)

    def nll(p: Array) -> float:
        value, expected = DENSITIES[case.name](data, p)
        return float(expected - np.sum(np.log(value)))

    fit = mf.compile(case.model(EVENTS), {"mass": data})
    assert fit.nll(fit.initial) == pytest.approx(nll(fit.initial), rel=1e-12)
    ours = fit.minimise()
    assert ours.valid, ours.reasons
    assert ours.nll == pytest.approx(nll(np.array(list(ours.values.values()))), rel=1e-12)
    # From the truth, as from further off Minuit needs many more calls.
    minuit = Minuit(nll, case.values(EVENTS), name=fit.parameters)
    minuit.errordef = Minuit.LIKELIHOOD
    minuit.limits = list(zip(fit.likelihood.lower, fit.likelihood.upper, strict=True))
    minuit.migrad()
    values, errors = compared(fit, ours, minuit)
    assert values < VALUE_GOAL
    assert errors < ERROR_GOAL
