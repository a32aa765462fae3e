"""Tests of independence against SciPy's, and their alarm."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import morefit_py as mf
from morefit_py.errors import DataError, MorefitWarning

RNG = np.random.default_rng(3)
X, Y = RNG.random(1000), RNG.normal(size=1000)


def test_numbers_are_those_of_scipy() -> None:
    found = mf.independence_test(X, Y, ("m", "t"))
    tau = stats.kendalltau(X, Y)
    assert (found.tau, found.tau_p_value) == (tau.statistic, tau.pvalue)
    # The variance of tau for independent columns (Kendall, 1938).
    assert found.tau_error == pytest.approx(np.sqrt(2 * 2005 / (9 * 1000 * 999)))
    table = np.histogram2d(X, Y, [np.quantile(z, np.linspace(0, 1, 11)) for z in (X, Y)])[0]
    assert (found.chi2, found.dof) == (pytest.approx(stats.chi2_contingency(table).statistic), 81)
    assert found.p_value == min(1.0, 2.0 * min(found.tau_p_value, found.chi2_p_value))
    assert str(found).startswith("independence of m and t in 1000 events: tau = ")


def test_p_values_are_uniform() -> None:
    rng = np.random.default_rng(1)
    found = [mf.independence_test(rng.random(200), rng.random(200), alarm=np.inf) for _ in range(300)]
    assert stats.kstest([f.tau_p_value for f in found], "uniform").pvalue > 1e-3
    assert stats.kstest([f.chi2_p_value for f in found], "uniform").pvalue > 1e-3
    assert np.mean([f.p_value < 0.05 for f in found]) < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 300)


def test_what_rises_together_is_seen_by_tau() -> None:
    with pytest.warns(MorefitWarning, match="m and t are dependent, so that weights .* use COWs"):
        found = mf.independence_test(X, Y + X, ("m", "t"))
    assert found.tau_p_value < 1e-4
    assert found.significance > 3.0


def test_what_does_not_rise_is_seen_by_the_chi2() -> None:
    with pytest.warns(MorefitWarning, match="dependent"):
        found = mf.independence_test(X, Y + 20.0 * (X - 0.5) ** 2)
    assert found.tau_p_value > 1e-3
    assert found.chi2_p_value < 1e-9


def test_the_alarm_can_be_set() -> None:
    assert mf.independence_test(X, Y + X, alarm=1000.0).significance > 3.0


def test_values_that_repeat() -> None:
    found = mf.independence_test(np.arange(300) % 3, np.arange(300) % 4, alarm=np.inf)
    assert found.dof == 6
    assert found.chi2 == pytest.approx(0.0, abs=1e-9)


def test_what_cannot_be_tested() -> None:
    with pytest.raises(DataError, match="they have 3 and 3 values"):
        mf.independence_test([1, 2, 3], [1, 2, 3])
    with pytest.raises(DataError, match="they have 1000 and 999 values"):
        mf.independence_test(X, Y[1:])
    with pytest.raises(DataError, match="one of them is constant"):
        mf.independence_test(X, np.ones(1000))
