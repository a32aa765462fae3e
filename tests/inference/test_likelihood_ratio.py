"""Likelihood ratios against closed forms, and their p-values against toys."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import mpmath
import numpy as np
import pytest
from scipy import stats

import morefit_py as mf
from morefit_py.errors import FitError, MorefitWarning
from morefit_py.inference.likelihood_ratio import _log_sf, _reference, _significance

from .goodness.models import X, fitted

MEAN = mf.Parameter("mean", 5.0, limits=(3.0, 7.0))


def gaussian(mean: mf.Parameter, width: Any = 1.0) -> mf.Model:
    return mf.Model({"d": mf.Parameter("n", 100.0, limits=(0.0, 1e4)) * mf.pdfs.Gaussian(X, mean, width)})


def bump(signal: bool) -> mf.Model:
    """A peak of a known place on a uniform background; without it its yield is at its limit."""
    n_s = mf.Parameter("n_s", 10.0 if signal else 0.0, limits=(0.0, 1e3), fixed=not signal)
    n_b = mf.Parameter("n_b", 100.0, limits=(0.0, 1e4))
    return mf.Model({"d": n_s * mf.pdfs.Gaussian(X, 5.0, 0.5) + n_b * mf.pdfs.Uniform(X)})


@contextmanager
def told(*parts: str) -> Iterator[None]:
    """Expects a MorefitWarning for each part, and no other warning."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    assert [w.category for w in caught] == [MorefitWarning] * len(parts)
    for part, warning in zip(parts, caught, strict=True):
        assert part in str(warning.message)


DATA = mf.sample(gaussian(MEAN), {"mean": 5.1}, seed=1)
FULL = fitted(gaussian(MEAN), DATA)
NESTED = fitted(gaussian(mf.Parameter("mean", 5.0, fixed=True)), DATA)


def test_the_ratio_of_a_mean_is_its_pull_squared() -> None:
    found = mf.likelihood_ratio(FULL[1], NESTED[1], (FULL[0], NESTED[0]))
    x = FULL[0].data["d"]["x"]
    q = len(x) * (np.mean(x) - 5.0) ** 2
    # The bounds are five widths away, and cut off a millionth.
    assert found.q == pytest.approx(q, rel=1e-4)
    assert (found.dof, found.boundary) == (1, ())
    assert found.p_value == pytest.approx(stats.chi2.sf(found.q, 1), rel=1e-9)
    assert found.significance == pytest.approx(np.sqrt(found.q), rel=1e-9)
    assert found.aic == pytest.approx((2 * 2 + 2 * FULL[1].nll, 2 * 1 + 2 * NESTED[1].nll))
    n = len(x)
    assert found.bic == pytest.approx((2 * np.log(n) + 2 * FULL[1].nll, np.log(n) + 2 * NESTED[1].nll))
    assert found.notes == ()
    assert str(found).splitlines()[0] == (
        f"2 delta NLL = {found.q:.4f} for 1 parameter, chi2 with 1 degree of freedom: "
        f"p = {found.p_value:.4g}, {found.significance:.2f} standard deviations"
    )
    bare = mf.likelihood_ratio(FULL[1], NESTED[1])
    assert bare.bic is None
    assert mf.likelihood_ratio(FULL[1], NESTED[1], events=50).bic[1] == pytest.approx(  # type: ignore[index]
        np.log(50) + 2 * NESTED[1].nll
    )
    assert bare.to_dict()["boundary"] == []


@pytest.mark.parametrize("dof", [1, 2, 3, 8])
@pytest.mark.parametrize("q", [0.5, 30.0, 1400.0, 5000.0])
def test_p_values_far_below_underflow(q: float, dof: int) -> None:
    with mpmath.workdps(60):
        exact = mpmath.log(mpmath.gammainc(mpmath.mpf(dof) / 2, mpmath.mpf(q) / 2, regularized=True))
    assert _log_sf(q, dof) == pytest.approx(float(exact), rel=1e-9)


def test_significances() -> None:
    assert _significance(np.log(stats.norm.sf(3.0)), one_sided=True) == pytest.approx(3.0)
    assert _significance(np.log(2 * stats.norm.sf(3.0)), one_sided=False) == pytest.approx(3.0)
    assert _significance(np.log(0.9), one_sided=False) == pytest.approx(stats.norm.isf(0.45))
    assert _significance(_log_sf(5000.0, 1), one_sided=False) == pytest.approx(np.sqrt(5000.0), rel=1e-8)
    assert _significance(0.0, one_sided=False) == 0.0
    # Half a chi2 is one-sided: the same square root.
    assert _significance(_reference(4000.0, 1, 1)[0], one_sided=True) == pytest.approx(
        np.sqrt(4000.0), rel=1e-8
    )


def test_p_values_that_underflow_are_told_by_their_logarithm() -> None:
    full = result({"a": 1.0, "b": 2.0}, {}, 10.0)
    found = mf.likelihood_ratio(full, result({"b": 2.0}, {"a": 5.0}, 2510.0))
    assert found.p_value == 0.0
    # log p of q = 5000: -q/2 - log(pi q/2)/2 to first order.
    expected = (-2500.0 - 0.5 * np.log(np.pi * 2500.0)) / np.log(10.0)
    assert found.log10_p_value == pytest.approx(expected, abs=1e-3)
    assert f"p = 1e{expected:.0f}, 70.71 standard deviations" in str(found)


def test_half_a_chi2_at_a_limit() -> None:
    data = mf.sample(bump(True), seed=4)
    full, nested = fitted(bump(True), data), fitted(bump(False), data)
    found = mf.likelihood_ratio(full[1], nested[1])
    assert found.boundary == ("n_s",)
    assert found.q > 1.0
    assert found.p_value == pytest.approx(0.5 * stats.chi2.sf(found.q, 1), rel=1e-9)
    assert found.significance == pytest.approx(np.sqrt(found.q), rel=1e-9)
    assert found.reference == "chi2 with 0 and 1 degrees of freedom, half each"
    log_p, _ = _reference(2.5, 3, 1)
    assert np.exp(log_p) == pytest.approx(0.5 * stats.chi2.sf(2.5, 2) + 0.5 * stats.chi2.sf(2.5, 3))
    assert _reference(0.0, 1, 1)[0] == 0.0


def test_half_of_the_ratios_at_a_limit_vanish() -> None:
    """Without a signal half of all q are 0, the others follow the chi2; the toys of one fit say the same."""
    ratios, toys = [], None
    for seed in range(120):
        data = mf.sample(bump(False), seed=seed)
        full, nested = fitted(bump(True), data), fitted(bump(False), data)
        fits = (full[0], nested[0])
        found = mf.likelihood_ratio(full[1], nested[1], fits, toys=120 if seed == 0 else 0, processes=2)
        toys = toys or found.toys
        ratios.append(found.q)
        for fit in fits:
            fit.release()
    positive = np.array([q for q in ratios if q > 1e-6])
    assert len(positive) / 120 == pytest.approx(0.5, abs=4 * 0.5 / np.sqrt(120))
    assert stats.kstest(positive, stats.chi2(1).cdf).pvalue > 1e-3
    assert toys is not None
    assert toys.failed == 0
    assert stats.ks_2samp(np.round(toys.statistics, 6), np.round(ratios, 6)).pvalue > 1e-3


def test_toys_agree_with_wilks_where_it_holds() -> None:
    found = mf.likelihood_ratio(FULL[1], NESTED[1], (FULL[0], NESTED[0]), toys=200, seed=1, processes=2)
    assert found.toys is not None
    assert stats.kstest(found.toys.statistics, stats.chi2(1).cdf).pvalue > 1e-3
    assert found.toys.p_value == pytest.approx(found.p_value, abs=5 * found.toys.error)
    assert "by 200 toys" in str(found)


def test_outcomes_of_constraints_are_shared_by_both_models() -> None:
    def constrained(mean: mf.Parameter) -> mf.Model:
        width = mf.Parameter("width", 1.0, limits=(0.5, 2.0))
        return gaussian(mean, width).constrained(mf.GaussianConstraint(width, 1.0, 0.02))

    full = fitted(constrained(MEAN), DATA)
    nested = fitted(constrained(mf.Parameter("mean", 5.0, fixed=True)), DATA)
    found = mf.likelihood_ratio(full[1], nested[1], (full[0], nested[0]), toys=100, seed=1)
    assert found.toys is not None
    assert stats.kstest(found.toys.statistics, stats.chi2(1).cdf).pvalue > 1e-3
    free = gaussian(mf.Parameter("mean", 5.0, fixed=True), mf.Parameter("width", 1.0, limits=(0.5, 2.0)))
    other = fitted(free, DATA)
    with pytest.raises(FitError, match="both models to have the same constraints"):
        mf.likelihood_ratio(replace(full[1], nll=-1e9), other[1], (full[0], other[0]), toys=2)


def result(free: dict[str, float], fixed: dict[str, float], nll: float, **more: Any) -> mf.FitResult:
    values = {**free, **fixed}
    size = len(values)
    settings = {"limits": dict.fromkeys(values, (0.0, 10.0)), "fixed": tuple(fixed), **more}
    zero = np.zeros((size, size))
    return mf.FitResult(tuple(values), values, values, zero, zero, nll, 0.0, True, **settings)


def test_what_wilks_does_not_cover_is_said() -> None:
    full = result({"a": 1.0, "b": 2.0, "c": 3.0}, {}, 10.0)
    with told("a, b are at their limits in the nested model: the p-value is an upper bound"):
        found = mf.likelihood_ratio(full, result({"c": 3.0}, {"a": 0.0, "b": 10.0}, 12.0))
    assert found.reference == "at most chi2 with 2 degrees of freedom"
    assert found.p_value == pytest.approx(stats.chi2.sf(4.0, 2))
    with told("if b mean nothing where a is at its limit"):
        mf.likelihood_ratio(full, result({"c": 3.0}, {"a": 0.0, "b": 5.0}, 12.0))
    with told("the nested model has no a, b"):
        mf.likelihood_ratio(full, result({"c": 3.0}, {}, 12.0))
    with told("c ended at a limit"):
        mf.likelihood_ratio(full, result({"b": 2.0, "c": 10.0}, {"a": 5.0}, 12.0, at_limit=("c",)))
    with told("the likelihood of weighted events is none"):
        weighted = replace(full, covariance_type="sandwich")
        mf.likelihood_ratio(weighted, result({"b": 2.0, "c": 3.0}, {"a": 5.0}, 12.0))


def test_what_is_no_ratio() -> None:
    full = result({"a": 1.0, "b": 2.0}, {}, 10.0)
    nested = result({"b": 2.0}, {"a": 5.0}, 12.0)
    for one, other, message in (
        (replace(full, valid=False, reasons=("why",)), nested, r"the full fit is not valid \(why\)"),
        (full, replace(nested, valid=False, reasons=("why",)), "the nested fit is not valid"),
        (nested, full, "a of the nested model is not free in the full one"),
        (full, full, "the same free parameters; nothing is tested"),
        (full, replace(nested, nll=9.0), "the nested fit has the lower NLL, by 1; the full fit missed"),
        (
            replace(full, provenance={"data d": "1", "device": "x"}),
            replace(nested, provenance={"data d": "2"}),
            "the two fits are of different data",
        ),
    ):
        with pytest.raises(FitError, match=message):
            mf.likelihood_ratio(one, other)
    assert mf.likelihood_ratio(full, replace(nested, nll=10.0 - 1e-5)).q == 0.0
    with pytest.raises(FitError, match="toys need the two fits"):
        mf.likelihood_ratio(full, nested, toys=5)
