"""chi2 against its formulas written out, and its p-values against toys."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import stats

import morefit_py as mf
from morefit_py.errors import DataError, FitError, ModelError
from morefit_py.inference.goodness.distribution import distribution

from .models import X, Y, cdf, fitted, peak_on_slope

DATA = mf.sample(peak_on_slope(), seed=1)
assert isinstance(DATA, mf.Dataset)
FIT, RESULT = fitted(peak_on_slope(), DATA)
EDGES = np.linspace(0.0, 10.0, 26)


def test_pearson_and_likelihood() -> None:
    nu = np.diff(cdf(EDGES, RESULT.values))
    n = np.histogram(DATA["x"], EDGES)[0].astype(float)
    assert nu.min() > 5.0
    found = mf.chi2_test(FIT, RESULT, bins=EDGES)
    assert found.expected == pytest.approx(nu, rel=1e-9)
    assert found.observed.tolist() == n.tolist()
    assert found.chi2 == pytest.approx(np.sum((n - nu) ** 2 / nu), rel=1e-9)
    assert found.pulls == pytest.approx((n - nu) / np.sqrt(nu), rel=1e-9)
    likelihood = mf.chi2_test(FIT, RESULT, bins=EDGES, statistic="likelihood")
    # Twice the log of the ratio of Poisson probabilities, of n for n and for nu.
    ratio = stats.poisson.logpmf(n, n) - stats.poisson.logpmf(n, nu)
    assert likelihood.chi2 == pytest.approx(2.0 * np.sum(ratio), rel=1e-9)


def test_degrees_of_freedom() -> None:
    found = mf.chi2_test(FIT, RESULT, bins=EDGES)
    # 5 fitted parameters; the fit makes the expected number the observed one.
    assert found.dof == (25 - 5, 25 - 1)
    assert found.p_values == pytest.approx([stats.chi2.sf(found.chi2, dof) for dof in found.dof])
    assert f"20 to 24 degrees of freedom: p = {found.p_values[0]:.4g}" in str(found)
    known, result = fitted(peak_on_slope(False), DATA)
    assert mf.chi2_test(known, result, bins=EDGES).dof == (23, 24)
    density = mf.pdfs.Gaussian(X, mf.Parameter("mean", 5.0, limits=(3.0, 7.0)), 3.0)
    plain, result = fitted(mf.Model({"d": density}), DATA)
    assert mf.chi2_test(plain, result, bins=EDGES).dof == (25 - 1 - 1, 25 - 1)
    narrow = mf.GaussianConstraint(mf.Parameter("n_s", 300.0, limits=(0.0, 1e5)), 100.0, 1.0)
    held, result = fitted(peak_on_slope().constrained(narrow), DATA)
    found = mf.chi2_test(held, result, bins=EDGES)
    assert found.dof[0] == 20
    assert "constraints" in found.notes[0]


def test_binned_fits_know_their_degrees_of_freedom() -> None:
    binned = mf.Binned.from_dataset(DATA, {"x": EDGES})
    fit, result = fitted(peak_on_slope(), binned)
    found = mf.chi2_test(fit, result)
    assert found.dof == (20, 20)
    assert "25 bins of x, 20 degrees of freedom: p = " in str(found)
    assert found.chi2 == pytest.approx(
        np.sum((binned.counts - np.diff(cdf(EDGES, result.values))) ** 2 / found.expected), rel=1e-9
    )
    with pytest.raises(DataError, match="in bins already"):
        mf.chi2_test(fit, result, bins=10)
    merged = mf.chi2_test(fit, result, minimum=60.0)
    assert len(merged.observed) < 25
    assert merged.dof == (len(merged.observed) - 5, len(merged.observed) - 1)


def test_p_values_of_binned_fits_are_uniform() -> None:
    p = []
    for seed in range(100):
        data = mf.sample(peak_on_slope(), seed=100 + seed)
        fit, result = fitted(peak_on_slope(), mf.Binned.from_dataset(data, {"x": np.linspace(0, 10, 16)}))  # type: ignore[arg-type]
        p.append(mf.chi2_test(fit, result).p_values[0])
        fit.release()
    assert stats.kstest(p, "uniform").pvalue > 1e-3


def test_unbinned_fits_lie_between() -> None:
    """With few bins the events know more than the bins: neither number of degrees of freedom is right."""
    found, toys = [], None
    for seed in range(100):
        fit, result = fitted(peak_on_slope(), mf.sample(peak_on_slope(), seed=300 + seed))
        held = mf.chi2_test(fit, result, bins=8, toys=100 if seed == 0 else 0, processes=2)
        toys = held.toys if seed == 0 else toys
        found.append(held.chi2)
        assert held.dof == (3, 7)
        fit.release()
    error = np.std(found) / np.sqrt(len(found))
    assert 3.0 + error < np.mean(found) < 7.0 - error
    # The toys of one fit have the distribution of all fits.
    assert toys is not None
    assert stats.ks_2samp(toys.statistics, found).pvalue > 1e-3


def test_bins_of_equal_content_and_of_equal_width() -> None:
    found = mf.chi2_test(FIT, RESULT, bins=20)
    assert found.expected == pytest.approx(np.full(20, len(DATA) / 20), rel=2e-3)
    wide = mf.chi2_test(FIT, RESULT, bins=20, spacing="width", minimum=1e-3)
    assert wide.edges["x"] == pytest.approx(np.linspace(0.0, 10.0, 21))
    assert 10 <= len(mf.chi2_test(FIT, RESULT).observed) <= 100


def test_bins_are_merged_where_little_is_expected() -> None:
    found = mf.chi2_test(FIT, RESULT, bins=200, spacing="width", minimum=10.0)
    assert found.expected.min() >= 10.0
    ends = found.edges["x"]
    assert len(ends) == len(found.observed) + 1
    assert found.expected == pytest.approx(np.diff(cdf(ends, RESULT.values)), rel=1e-9)
    counts = [np.sum((DATA["x"] >= a) & (DATA["x"] < b)) for a, b in pairwise(ends)]
    assert found.observed.tolist() == counts


def test_a_wrong_model_is_found() -> None:
    data = mf.sample(peak_on_slope(), {"width": 0.8}, seed=5)
    flat = mf.Model({"d": mf.Parameter("n", 1000.0, limits=(0.0, 1e5)) * mf.pdfs.Uniform(X)})
    fit, result = fitted(flat, data)
    assert mf.chi2_test(fit, result, toys=20).p_values[1] < 1e-10


def test_weights() -> None:
    """The mean of chi2 is the number of degrees of freedom also where weights differ from bin to bin."""
    pearson, likelihood = [], []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        # Half of the events of a uniform density are kept, with twice the weight, above the middle.
        x = rng.uniform(0.0, 10.0, rng.poisson(2000))
        kept = (x < 5.0) | (rng.random(len(x)) < 0.25)
        data = mf.Dataset.from_numpy({"x": x[kept]}, weights=np.where(x[kept] < 5.0, 1.0, 4.0))
        flat = mf.Model({"d": mf.Parameter("n", 2000.0, limits=(0.0, 1e5)) * mf.pdfs.Uniform(X)})
        fit, result = fitted(flat, data)
        found = mf.chi2_test(fit, result, bins=20)
        pearson.append(found.chi2)
        likelihood.append(mf.chi2_test(fit, result, bins=20, statistic="likelihood").chi2)
        fit.release()
    assert found.variances == pytest.approx(found.expected * np.repeat([1.0, 4.0], 10))
    assert "weighted" in found.notes[-1]
    for chi2 in (pearson, likelihood):
        assert np.mean(chi2) == pytest.approx(19.5, abs=0.5 + 4.0 * np.std(chi2) / 10.0)
    with pytest.raises(DataError, match="the data are weighted"):
        mf.chi2_test(fit, result, toys=10)


def test_negative_weights_make_no_counts() -> None:
    weights = np.where(DATA["x"] < 1.0, -0.1, 1.0)
    fit, result = fitted(peak_on_slope(), DATA.with_weights(weights, signed=True))
    assert mf.chi2_test(fit, result, bins=EDGES).chi2 > 0.0
    with pytest.raises(DataError, match="negative sum"):
        mf.chi2_test(fit, result, bins=EDGES, statistic="likelihood")


def test_several_observables() -> None:
    mean = mf.Parameter("mean", 5.0, limits=(3.0, 7.0))
    slope = mf.Parameter("slope", 0.5, limits=(-3.0, 3.0))
    n = mf.Parameter("n", 1000.0, limits=(0.0, 1e5))
    model = mf.Model(
        {"d": n * mf.pdfs.Product((mf.pdfs.Gaussian(X, mean, 1.5), mf.pdfs.Exponential(Y, slope)))}
    )
    data = mf.sample(model, seed=1)
    fit, result = fitted(model, data)
    found = mf.chi2_test(fit, result, ["x", "y"], bins={"x": 6, "y": [-1.0, 0.0, 0.5, 1.0]})
    assert isinstance(data, mf.Dataset)
    grid = np.histogram2d(data["x"], data["y"], [found.edges["x"], found.edges["y"]])[0].ravel()
    expected = distribution(fit, result).counts(found.edges).ravel()
    for group in range(len(found.observed)):
        assert found.observed[group] == grid[found.groups == group].sum()
        assert found.expected[group] == pytest.approx(expected[found.groups == group].sum())
    assert found.expected.min() >= 5.0
    assert found.dof == (len(found.observed) - 3, len(found.observed) - 1)
    assert stats.chi2.sf(found.chi2, found.dof[1]) > 1e-4
    assert mf.chi2_test(fit, result, "y").dof[1] > 5
    with pytest.raises(ModelError, match="observables x, y; say which"):
        mf.chi2_test(fit, result)


def test_what_is_refused() -> None:
    for wrong, message in (
        ({"statistic": "neyman"}, "unknown statistic 'neyman'"),
        ({"spacing": "equal"}, "unknown spacing 'equal'"),
        ({"bins": 5}, "5 bins are left for 5 fitted parameters"),
        ({"minimum": 0.0}, "a minimum of 0 expected events"),
    ):
        with pytest.raises(FitError, match=message):
            mf.chi2_test(FIT, RESULT, **wrong)  # type: ignore[arg-type]
    for bins, message in (
        (0, "0 bins of 'x'"),
        ([0.0, 0.0, 10.0], "must be two numbers or more that ascend"),
        ([1.0, 10.0], r"cover \[1, 10\]; they must cover"),
    ):
        with pytest.raises(DataError, match=message):
            mf.chi2_test(FIT, RESULT, bins=bins)
    with pytest.raises(FitError, match="not valid"):
        mf.chi2_test(FIT, FIT.minimise(max_calls=1))


def test_plain_values() -> None:
    found = mf.chi2_test(FIT, RESULT, bins=8, toys=5).to_dict()
    assert found["toys"]["kind"] == "ToyPValue"
    assert len(found["edges"]["x"]) == 9
