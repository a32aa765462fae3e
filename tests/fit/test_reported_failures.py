"""Fits that users of other tools report as failing, each as it is reported, and what it has to do here."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

import morefit_py as mf
from morefit_py.fit.result import FitResult

MINIMISERS = ("newton", "minuit", "lbfgsb")
every_minimiser = pytest.mark.parametrize("minimiser", MINIMISERS)


def near(result: FitResult, sigmas: float = 4.0, **true: float) -> None:
    assert result.valid, result.reasons
    for name, value in true.items():
        assert abs(result.values[name] - value) < sigmas * result.errors[name], name


@every_minimiser
def test_a_narrow_peak_in_a_numeric_integral(minimiser: str) -> None:
    """A peak of width 0.02 in a range of 1000, known only as a formula: fixed grids step over it."""
    x = mf.Observable("x", 0.0, 1000.0)
    mu, sigma = mf.Parameter("mu", 500.3, (499.0, 502.0)), mf.Parameter("sigma", 0.02, (0.01, 0.05))
    names = {"x": x, "mu": mu, "sigma": sigma}
    # Not a form whose integral is known.
    density = mf.pdfs.Formula.parse("exp(-abs((x - mu)/sigma)**1.8)", names)
    data = np.random.default_rng(1).normal(500.31, 0.015, 2000)
    result = mf.compile(density, {"x": data}).minimise(minimiser)
    near(result, mu=500.31)
    # A generalised normal distribution of this exponent, fitted by SciPy.
    exact = stats.gennorm.fit(data, f0=1.8, floc=result.values["mu"])
    assert result.values["sigma"] == pytest.approx(exact[2], rel=1e-3)


@every_minimiser
def test_a_peak_seen_through_an_efficiency(minimiser: str) -> None:
    """The product with an efficiency has no closed integral, and the peak is narrow."""
    x = mf.Observable("x", 0.0, 200.0)
    mu, sigma = mf.Parameter("mu", 91.0, (89.0, 93.0)), mf.Parameter("sigma", 0.5, (0.2, 2.0))
    density = mf.pdfs.Accepted(
        mf.pdfs.Gaussian(x, mu, sigma), 1.0 / (1.0 + mf.expressions.exp((90.0 - x) / 3.0))
    )
    result = mf.compile(density, mf.sample(density, {"mu": 91.2}, seed=1, size=3000)).minimise(minimiser)
    near(result, mu=91.2, sigma=0.5)


@every_minimiser
def test_a_crystal_ball_whose_tail_can_hardly_be_normalised(minimiser: str) -> None:
    """n runs towards 1, where the usual closed form divides by zero."""
    x = mf.Observable("x", 0.0, 10.0)
    mu, sigma = mf.Parameter("mu", 7.0, (5.0, 9.0)), mf.Parameter("sigma", 0.4, (0.1, 2.0))
    n = mf.Parameter("n", 1.5, (1.0 + 1e-9, 50.0))
    density = mf.pdfs.CrystalBall(x, mu, sigma, 0.8, n)
    data = mf.sample(density, {"n": 1.0 + 1e-6}, seed=2, size=20000)
    result = mf.compile(density, data).minimise(minimiser)
    assert result.valid, result.reasons
    assert abs(result.values["mu"] - 7.0) < 4 * result.errors["mu"]
    assert result.values["n"] < 1.2


@every_minimiser
@pytest.mark.parametrize(
    ("low", "high", "slope"), [(5000.0, 6000.0, -0.004), (1e6, 1e6 + 50.0, -0.1), (5000.0, 6000.0, 0.1)]
)
def test_an_exponential_over_a_range_far_from_zero(
    minimiser: str, low: float, high: float, slope: float
) -> None:
    """exp(slope * x) alone under- or overflows there: the reported fits give NaN, or a slope of zero."""
    x = mf.Observable("x", low, high)
    rate = mf.Parameter("rate", 0.7 * slope)
    density = mf.pdfs.Exponential(x, rate)
    data = mf.sample(density, {"rate": slope}, seed=3, size=5000)
    result = mf.compile(density, data).minimise(minimiser)
    near(result, rate=slope)
    assert isinstance(data, mf.Dataset)
    y, width = data["x"] - low, high - low

    def nll(k: float) -> float:
        scaled = k * width
        norm = np.log(-np.expm1(-abs(scaled)) / abs(k)) + max(scaled, 0.0)
        return float(len(y) * norm - k * y.sum())

    best = optimize.minimize_scalar(nll, bracket=(0.9 * slope, 1.1 * slope), tol=1e-12)
    assert result.values["rate"] == pytest.approx(best.x, abs=1e-3 * result.errors["rate"])


@every_minimiser
def test_yields_of_ten_million_and_a_signal_of_almost_nothing(minimiser: str) -> None:
    """Weights make the yields large: gradients span ten orders of magnitude."""
    x = mf.Observable("x", 0.0, 10.0)
    n, k = mf.Parameter("n", 5e4, (0.0, 1e8)), mf.Parameter("k", 8e6, (0.0, 1e9))
    slope = mf.Parameter("slope", -0.3, (-2.0, 0.0))
    model = n * mf.pdfs.Gaussian(x, 5.0, 0.3) + k * mf.pdfs.Exponential(x, slope)
    events = mf.sample(model, {"n": 200.0, "k": 1e5, "slope": -0.25}, seed=4)
    assert isinstance(events, mf.Dataset)
    weighted = mf.Dataset.from_numpy(dict(events.columns), np.full(len(events), 100.0))
    result = mf.compile(model, weighted).minimise(minimiser)
    assert result.valid, result.reasons
    plain = mf.compile(model, events).minimise(minimiser)
    assert plain.valid, plain.reasons
    for name in ("n", "k"):
        assert result.values[name] == pytest.approx(100.0 * plain.values[name], abs=0.1 * plain.errors[name])
    # The error of the sum is a hundred times the root of the number of events, 3e-3 of it.
    assert result.values["n"] + result.values["k"] == pytest.approx(100.0 * len(events), rel=1e-5)


@every_minimiser
def test_a_fraction_near_zero(minimiser: str) -> None:
    x = mf.Observable("x", 0.0, 10.0)
    share = mf.Parameter("share", 0.3, (0.0, 1.0))
    model = mf.fractions([mf.pdfs.Gaussian(x, 5.0, 0.05), mf.pdfs.Uniform(x)], share)
    data = mf.sample(model, {"share": 2e-3}, seed=5, size=200_000)
    near(mf.compile(model, data).minimise(minimiser), share=2e-3)


@every_minimiser
def test_a_minimum_on_a_limit(minimiser: str) -> None:
    """No signal where it is looked for: the yield ends at zero, says so, and the others have their errors."""
    x = mf.Observable("x", 0.0, 10.0)
    n, k = mf.Parameter("n", 50.0, (0.0, 1e5)), mf.Parameter("k", 900.0, (0.0, 1e5))
    slope = mf.Parameter("slope", -0.2, (-2.0, 1.0))
    background = mf.pdfs.Exponential(x, slope)
    model = n * mf.pdfs.Gaussian(x, 3.0, 0.4) + k * background
    events = mf.sample(background, {"slope": -0.3}, seed=6, size=1000)
    assert isinstance(events, mf.Dataset)
    kept = {"x": events["x"][np.abs(events["x"] - 3.0) > 0.5]}
    result = mf.compile(model, kept).minimise(minimiser)
    assert result.valid, result.reasons
    assert result.values["n"] == pytest.approx(0.0, abs=1e-6)
    assert result.at_limit == ("n",)
    alone = mf.compile(k * background, kept).minimise()
    for name in ("k", "slope"):
        assert result.values[name] == pytest.approx(alone.values[name], abs=1e-3 * alone.errors[name])
        assert result.errors[name] == pytest.approx(alone.errors[name], rel=1e-3)


def test_large_tail_exponents_do_not_overflow() -> None:
    x = mf.Observable("x", 0.0, 10.0)
    n = mf.Parameter("n", 100.0, (1.01, 1e4))
    mu = mf.Parameter("mu", 5.0, (0.0, 10.0))
    density = mf.pdfs.DoubleCrystalBall(x, mu, 0.5, 1.5, n, 1.5, 1e4)
    fit = mf.compile(density, mf.sample(mf.pdfs.Gaussian(x, mu, 0.5), seed=7, size=2000))
    for value in (1.01, 1e3, 1e4):
        assert np.isfinite(fit.nll(np.array([5.0, value])))
        assert np.all(np.isfinite(fit.hessian(np.array([5.0, value]))))
