"""Statistics of the distribution function and their p-values against SciPy's and published tables."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

from morefit_py.inference.goodness.empirical import AD, CVM, KS, known_p_value, statistic

U = np.random.default_rng(1).random(37) ** 1.3


def test_statistics_are_those_of_scipy() -> None:
    assert statistic(KS, U, 1 - U) == pytest.approx(stats.kstest(U, "uniform").statistic, rel=1e-12)
    assert statistic(CVM, U, 1 - U) == pytest.approx(stats.cramervonmises(U, "uniform").statistic, rel=1e-12)
    known = {"loc": 0.0, "scale": 1.0}
    found = stats.goodness_of_fit(stats.uniform, U, known_params=known, statistic="ad", n_mc_samples=9)
    assert statistic(AD, U, 1 - U) == pytest.approx(found.statistic, rel=1e-12)


def test_p_value_of_ks_is_exact() -> None:
    assert known_p_value(KS, 0.21, 37) == pytest.approx(stats.ksone.sf(0.21, 37) * 2, rel=0.02)
    found = stats.kstest(U, "uniform", method="exact")
    assert known_p_value(KS, found.statistic, 37) == pytest.approx(found.pvalue, rel=1e-9)


@pytest.mark.parametrize(
    ("value", "p"),
    # Upper percentage points (Stephens, J. Am. Stat. Assoc. 69 (1974) 730, table 1A).
    [(0.347, 0.10), (0.461, 0.05), (0.581, 0.025), (0.743, 0.01)],
)
def test_cramer_von_mises_table(value: float, p: float) -> None:
    assert known_p_value(CVM, value, 1000) == pytest.approx(p, rel=0.005)


@pytest.mark.parametrize("x", [0.1, 0.3, 1.0, 1.9, 2.5, 3.878, 6.0])
def test_anderson_darling_by_its_characteristic_function(x: float) -> None:
    """A^2 is sum_j z_j^2/(j (j + 1)), z normal; inverted as by Gil-Pelaez (Biometrika 38 (1951) 481)."""
    j = np.arange(1, 20_001)
    weights = 1.0 / (j * (j + 1.0))

    def integrand(t: float) -> float:
        # The terms beyond add up to i t/20001.
        log_phi = -0.5 * np.sum(np.log1p(-2j * t * weights)) + 1j * t / 20_001
        return float(np.imag(np.exp(log_phi - 1j * t * x)) / t)

    ends = [1e-9, 2, 10, 40, 150, 500]
    area = sum(integrate.quad(integrand, a, b, epsabs=1e-10, limit=900)[0] for a, b in pairwise(ends))
    assert known_p_value(AD, x, 1000) == pytest.approx(0.5 + area / np.pi, abs=1e-7)


@pytest.mark.parametrize("kind", [CVM, AD])
def test_limits_of_the_distribution_functions(kind: str) -> None:
    values = [0.001, 0.03, 0.1, 0.3, 1.0, 3.0, 6.0, 15.0]
    p = [known_p_value(kind, value, 100) for value in values]
    assert np.all(np.diff(p) <= 1e-9)
    assert p[0] == pytest.approx(1.0, abs=1e-9)
    assert 0.0 <= p[-1] < 1e-6


@pytest.mark.parametrize("kind", [KS, CVM, AD])
def test_p_values_of_uniform_samples_are_uniform(kind: str) -> None:
    samples = np.random.default_rng(3).random((400, 50))
    p = [known_p_value(kind, statistic(kind, u, 1 - u), 50) for u in samples]
    assert stats.kstest(p, "uniform").pvalue > 1e-3


def test_impossible_events() -> None:
    assert statistic(AD, np.array([0.0, 0.5]), np.array([1.0, 0.5])) == np.inf
    assert known_p_value(AD, np.inf, 2) == 0.0
