"""Tests of the distribution function: p-values of known and of fitted ones."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import morefit_py as mf
from morefit_py.errors import DataError, FitError

from .models import X, cdf, fitted, peak_on_slope

DATA = mf.sample(peak_on_slope(), seed=2)
assert isinstance(DATA, mf.Dataset)
FIT, RESULT = fitted(peak_on_slope(), DATA)


def gaussian(free: bool) -> mf.Model:
    held = {"limits": (1.0, 9.0)} if free else {"fixed": True}
    mean = mf.Parameter("mean", 5.0, **held)  # type: ignore[arg-type]
    width = mf.Parameter("width", 1.0, limits=(0.2, 5.0)) if free else 1.0
    n = mf.Parameter("n", 100.0, limits=(0.0, 1e4))
    return mf.Model({"d": n * mf.pdfs.Gaussian(X, mean, width)})


def test_statistics_are_those_of_scipy() -> None:
    def function(x: np.ndarray) -> np.ndarray:
        return cdf(np.asarray(x), RESULT.values) / cdf(np.array(10.0), RESULT.values)

    ks = mf.edf_test(FIT, RESULT)
    assert ks.value == pytest.approx(stats.kstest(DATA["x"], function).statistic, rel=1e-9)
    cvm = mf.edf_test(FIT, RESULT, "cvm")
    assert cvm.value == pytest.approx(stats.cramervonmises(DATA["x"], function).statistic, rel=1e-9)
    ordered = np.sort(function(DATA["x"]))
    i = np.arange(1, len(ordered) + 1)
    ad = -len(ordered) - np.mean((2 * i - 1) * (np.log(ordered) + np.log1p(-ordered[::-1])))
    assert mf.edf_test(FIT, RESULT, "ad").value == pytest.approx(ad, rel=1e-9)
    assert ks.values.tolist() == np.sort(DATA["x"]).tolist()
    assert ks.probabilities == pytest.approx(ordered, rel=1e-9)


@pytest.mark.parametrize("statistic", ["ks", "cvm", "ad"])
def test_p_values_of_known_distributions_are_uniform(statistic: str) -> None:
    """A yield alone changes no distribution function, so that tables hold."""
    p = []
    for seed in range(150):
        fit, result = fitted(gaussian(False), mf.sample(gaussian(False), seed=seed))
        found = mf.edf_test(fit, result, statistic)
        assert found.known
        assert found.p_value == found.known_p_value
        p.append(found.known_p_value)
        fit.release()
    assert stats.kstest(p, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("statistic", ["ks", "cvm", "ad"])
def test_tables_are_wrong_where_parameters_were_fitted(statistic: str) -> None:
    p, values, toys = [], [], None
    for seed in range(120):
        fit, result = fitted(gaussian(True), mf.sample(gaussian(True), seed=seed))
        found = mf.edf_test(fit, result, statistic, toys=120 if seed == 0 else 0, processes=2)
        p.append(found.known_p_value)
        values.append(found.value)
        if seed == 0:
            toys = found.toys
            assert found.fitted == ("mean", "width")
            assert toys is not None
            assert found.p_value == toys.p_value
        else:
            assert found.p_value is None
        fit.release()
    assert np.mean(p) > 0.7
    # Toys have the distribution that the statistic has.
    assert toys is not None
    assert stats.ks_2samp(toys.statistics, values).pvalue > 1e-3


def test_a_wrong_model_is_found() -> None:
    rng = np.random.default_rng(1)
    fit, result = fitted(gaussian(True), {"x": np.clip(rng.gamma(2.0, 1.0, 300) + 1.0, 0.0, 10.0)})
    for statistic in ("ks", "cvm", "ad"):
        assert mf.edf_test(fit, result, statistic, toys=100).p_value == 1 / 101


def test_text() -> None:
    found = mf.edf_test(FIT, RESULT)
    assert str(found).startswith(
        f"Kolmogorov-Smirnov = {found.value:.4g} for x of {len(DATA)} events: p is smaller"
    )
    assert "5 parameters were fitted; ask for toys" in str(found)
    by_toys = mf.edf_test(FIT, RESULT, "ad", toys=9)
    assert "by 9 toys" in str(by_toys)
    fit, result = fitted(gaussian(False), mf.sample(gaussian(False), seed=1))
    known = mf.edf_test(fit, result)
    assert str(known).endswith(f": p = {known.known_p_value:.4g}")
    assert "values" not in known.to_dict()


def test_what_is_refused() -> None:
    with pytest.raises(FitError, match="unknown statistic 'kss'; did you mean 'ks'"):
        mf.edf_test(FIT, RESULT, "kss")
    with pytest.raises(FitError, match="not valid"):
        mf.edf_test(FIT, FIT.minimise(max_calls=1))
    fit, result = fitted(peak_on_slope(), DATA.with_weights(np.ones(len(DATA))))
    with pytest.raises(DataError, match="Anderson-Darling: the data are weighted"):
        mf.edf_test(fit, result, "ad")
    fit, result = fitted(peak_on_slope(), mf.Binned.from_dataset(DATA, {"x": np.linspace(0, 10, 11)}))
    with pytest.raises(DataError, match="the data are in bins"):
        mf.edf_test(fit, result)
