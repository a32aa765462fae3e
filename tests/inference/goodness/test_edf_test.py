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


KINDS = ("ks", "cvm", "ad")


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


def test_p_values_of_known_distributions_are_uniform() -> None:
    """A yield alone changes no distribution function, so that tables hold."""
    p: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for seed in range(120):
        fit, result = fitted(gaussian(False), mf.sample(gaussian(False), seed=seed))
        for kind, held in p.items():
            found = mf.edf_test(fit, result, kind)
            assert found.known
            assert found.p_value == found.known_p_value
            held.append(found.known_p_value)
        fit.release()
    for held in p.values():
        assert stats.kstest(held, "uniform").pvalue > 1e-3


def test_tables_are_wrong_where_parameters_were_fitted() -> None:
    """Their p-values are far too large; toys have the distribution that the statistics have."""
    p: dict[str, list[float]] = {kind: [] for kind in KINDS}
    values: dict[str, list[float]] = {kind: [] for kind in KINDS}
    toys = {}
    for seed in range(100):
        fit, result = fitted(gaussian(True), mf.sample(gaussian(True), seed=seed))
        for kind in KINDS:
            found = mf.edf_test(fit, result, kind, toys=100 if seed == 0 else 0, processes=2)
            p[kind].append(found.known_p_value)
            values[kind].append(found.value)
            assert found.fitted == ("mean", "width")
            assert found.p_value == (found.toys.p_value if found.toys else None)
            if found.toys is not None:
                toys[kind] = found.toys.statistics
        fit.release()
    for kind in KINDS:
        assert np.mean(p[kind]) > 0.7
        assert stats.ks_2samp(toys[kind], values[kind]).pvalue > 1e-3


def test_a_wrong_model_is_found() -> None:
    rng = np.random.default_rng(1)
    fit, result = fitted(gaussian(True), {"x": np.clip(rng.gamma(2.0, 1.0, 300) + 1.0, 0.0, 10.0)})
    for kind in KINDS:
        assert mf.edf_test(fit, result, kind, toys=60).p_value == 1 / 61


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
