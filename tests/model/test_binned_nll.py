"""Fits to counts in bins, held against iminuit's cost functions and closed forms."""

from typing import Any

import numpy as np
import pytest
from iminuit import Minuit, cost
from scipy import stats
from scipy.special import ndtr

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.model.binned import Binned, Statistic
from morefit_py.pdfs import Exponential, Formula, Gaussian, Product, Truncated, Uniform

X, Y = mf.Observable("x", 0.0, 10.0), mf.Observable("y", 0.0, 1.0)
N, K = mf.Parameter("n", 800, (0, 1e5)), mf.Parameter("k", 2000, (0, 1e5))
MU, SIGMA = mf.Parameter("mu", 4.1, (0, 10)), mf.Parameter("sigma", 0.5, (0.1, 3))
SLOPE = mf.Parameter("slope", -0.25, (-2, 1))
MODEL = N * Gaussian(X, MU, SIGMA) + K * Exponential(X, SLOPE)
EVENTS = mf.sample(MODEL, seed=11)
assert isinstance(EVENTS, mf.Dataset)


def cumulative(x: Any, n: float, k: float, mu: float, sigma: float, slope: float) -> Any:
    first, last = ndtr((0 - mu) / sigma), ndtr((10 - mu) / sigma)
    peak = (ndtr((x - mu) / sigma) - first) / (last - first)
    return n * peak + k * np.expm1(slope * x) / np.expm1(slope * 10)


def binned(statistic: Statistic = "poisson", bins: int = 40) -> Binned:
    return Binned.from_dataset(EVENTS, {"x": bins}, (X,), statistic)


def test_the_likelihood_of_the_counts() -> None:
    held = binned(bins=7)
    values = (800.0, 4.1, 0.5, 2000.0, -0.25)
    fit = mf.compile(MODEL, held)
    assert fit.parameters == ("n", "mu", "sigma", "k", "slope")
    expected = np.diff(cumulative(held.edges["x"], 800.0, 2000.0, 4.1, 0.5, -0.25))
    exact = -stats.poisson.logpmf(held.counts, expected).sum()
    assert fit.nll(np.array(values)) == pytest.approx(exact, rel=1e-12)


def test_a_fit_agrees_with_iminuit() -> None:
    held = binned()
    result = mf.compile(MODEL, held).minimise()
    peer = Minuit(
        cost.ExtendedBinnedNLL(held.counts, held.edges["x"], cumulative), 800, 2000, 4.1, 0.5, -0.25
    )
    peer.limits["n", "k"] = (0, None)
    peer.limits["sigma"] = (0.1, 3)
    peer.strategy = 2
    # Its usual tolerance leaves up to a hundredth of an error.
    peer.tol = 1e-4
    peer.migrad()
    peer.hesse()
    assert result.valid
    for name in ("n", "k", "mu", "sigma", "slope"):
        assert result.values[name] == pytest.approx(peer.values[name], abs=2e-3 * peer.errors[name])
        assert result.errors[name] == pytest.approx(peer.errors[name], rel=2e-3)


@pytest.mark.parametrize("statistic", ["pearson", "neyman"])
def test_chi2_is_that_of_its_name(statistic: Statistic) -> None:
    held = binned(statistic, 12)
    expected = np.diff(cumulative(held.edges["x"], 800.0, 2000.0, 4.1, 0.5, -0.25))
    variance = expected if statistic == "pearson" else held.counts
    exact = np.sum(((held.counts - expected) ** 2 / variance)[variance > 0]) / 2
    fit = mf.compile(MODEL, held)
    assert fit.nll(fit.initial) == pytest.approx(exact, rel=1e-12)
    result = fit.minimise()
    assert result.valid
    for name, true in (("n", 800), ("k", 2000), ("mu", 4.1), ("sigma", 0.5), ("slope", -0.25)):
        assert abs(result.values[name] - true) < 4 * result.errors[name]


def test_empty_bins() -> None:
    """No events and none expected contribute nothing; events where none are expected are impossible."""
    n = mf.Parameter("n", 10.0, (0.0, 100.0))
    held = Binned.from_counts({"x": [0.0, 5.0, 10.0]}, [7, 0])
    narrow = n * Truncated(Uniform(X), ((0.0, 5.0),))
    fit = mf.compile(narrow, held)
    assert fit.nll(np.array([10.0])) == pytest.approx(-stats.poisson.logpmf(7, 10.0), rel=1e-14)
    result = fit.minimise()
    assert (result.valid, result.values["n"]) == (True, pytest.approx(7.0))
    assert result.errors["n"] == pytest.approx(np.sqrt(7.0))
    assert (
        mf.compile(narrow, Binned.from_counts({"x": [0.0, 5.0, 10.0]}, [7, 1])).nll(np.array([10.0]))
        == np.inf
    )
    neyman = Binned.from_counts({"x": [0.0, 5.0, 10.0]}, [4, 0], statistic="neyman")
    assert mf.compile(n * Uniform(X), neyman).nll(np.array([10.0])) == pytest.approx(1.0 / 8.0)


def test_fractions_without_yields() -> None:
    held = binned(bins=25)
    share = mf.Parameter("share", 0.3, (0, 1))
    model = mf.fractions([Gaussian(X, MU, SIGMA), Exponential(X, SLOPE)], share)
    result = mf.compile(model, held).minimise()
    extended = mf.compile(MODEL, held).minimise()
    assert result.valid
    whole = extended.values["n"] + extended.values["k"]
    assert result.values["share"] == pytest.approx(extended.values["n"] / whole, abs=1e-4)
    assert result.errors["mu"] == pytest.approx(extended.errors["mu"], rel=1e-3)


def test_two_dimensions_and_numeric_integrals() -> None:
    """A product's bins are products; a density without closed form is integrated over each bin."""
    model = N * Product((Formula((1.0 + X) ** SLOPE), Formula(1.0 + Y**2)))
    held = Binned.from_counts({"x": [0, 2, 10], "y": [0, 0.5, 1]}, [[10, 20], [30, 40]])
    fit = mf.compile(model, held)
    a = -0.25 + 1
    x = np.diff(np.array([1.0, 3.0, 11.0]) ** a) / (11.0**a - 1)
    y = np.diff([0, 0.5 + 0.125 / 3, 4 / 3]) / (4 / 3)
    exact = -stats.poisson.logpmf(held.counts, 800 * np.outer(x, y)).sum()
    assert fit.nll(fit.initial) == pytest.approx(exact, rel=1e-9)


def test_what_has_no_bins() -> None:
    with pytest.raises(ModelError, match="chi2 needs expected counts"):
        mf.compile(Uniform(X), binned("pearson"))
    two = Binned.from_counts({"x": [0, 10], "y": [0, 1]}, [[3]])
    with pytest.raises(ModelError, match="integrated over bins only as a product"):
        mf.compile(Formula(1.0 + X * Y), two)
    with pytest.raises(ModelError, match="conditional on 'y'"):
        mf.compile(Product((Gaussian(X, MU, 0.1 + Y), Uniform(Y))), two)


def test_every_machine_agrees() -> None:
    held = binned(bins=15)
    expected = mf.compile(MODEL, held, backend="reference")
    for device in {d.backend for d in mf.devices() if d.usable}:
        fit = mf.compile(MODEL, held, backend=device)
        assert fit.nll(fit.initial) == pytest.approx(expected.nll(fit.initial), rel=1e-12)
        np.testing.assert_allclose(
            fit.hessian(fit.initial), expected.hessian(fit.initial), rtol=1e-8, atol=1e-9
        )
