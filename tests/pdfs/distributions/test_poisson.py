import math

import numpy as np
import pytest
from scipy import stats

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.distributions.poisson import Poisson

from .oracle import log_density

X, MEAN = Observable("n", 0.0, 30.0), Parameter("mean", 4.0, (1e-3, 1e6))


@pytest.mark.parametrize("mean", [1e-3, 0.7, 4.0, 29.5, 300.0])
def test_agrees_with_scipy(mean: float) -> None:
    rows = [0.0, 0.5, 3.0, 3.999, 4.0, 29.0]
    exact = stats.poisson(mean)
    found = log_density(Poisson(X, MEAN), {"mean": mean}, rows)
    np.testing.assert_allclose(found, exact.logpmf(np.floor(rows)) - exact.logcdf(29), rtol=1e-12)


def test_bounds_inside_a_count() -> None:
    x = Observable("n", -2.0, 3.25)
    density = Poisson(x, MEAN)
    p = stats.poisson(4.0).pmf(np.arange(4))
    found = np.exp(log_density(density, {"mean": 4.0}, [-0.5, 0.5, 3.1]))
    np.testing.assert_allclose(found, [0.0, *p[[0, 3]] / (p[:3].sum() + 0.25 * p[3])], rtol=1e-13)
    part = evaluate([density.between(0.5, 2.25) / density.integral()], {"mean": 4.0})[0]
    assert part == pytest.approx((0.5 * p[0] + p[1] + 0.25 * p[2]) / (p[:3].sum() + 0.25 * p[3]), rel=1e-13)


def test_ends_by_event() -> None:
    low, high = Observable("low", 0.0, 30.0), Observable("high", 0.0, 30.0)
    rows = {"low": np.array([0.0, 2.0, 3.5]), "high": np.array([30.0, 3.0, 5.0])}
    found = evaluate(
        [Poisson(X, MEAN).between(low, high) / Poisson(X, MEAN).integral()], {"mean": 4.0}, {"": rows}
    )
    p = stats.poisson(4.0).pmf(np.arange(30))
    np.testing.assert_allclose(found[0] * p.sum(), [p.sum(), p[2], 0.5 * p[3] + p[4]], rtol=1e-13)


def test_many_counts() -> None:
    x = Observable("n", 0.0, 3e5)
    found = log_density(Poisson(x, MEAN), {"mean": 1e5}, [99_000.0, 100_000.5])
    np.testing.assert_allclose(found, stats.poisson(1e5).logpmf([99_000, 100_000]), atol=2e-9)
    end = Observable("end", 0.0, 3e5)
    with pytest.raises(
        ModelError, match="poisson: an integral that differs by event would be of 300000 terms"
    ):
        Poisson(x, MEAN).between(0.0, end)


def test_a_mean_that_differs_by_event() -> None:
    each = Observable("each", 1.0, 9.0)
    rows = {"n": np.array([3.0, 8.0]), "each": np.array([2.0, 9.0])}
    found = evaluate([Poisson(X, each).log_density()], {}, {"": rows})[0]
    exact = [
        stats.poisson(m).logpmf(n) - stats.poisson(m).logcdf(29) for n, m in zip(*rows.values(), strict=True)
    ]
    np.testing.assert_allclose(found, exact, rtol=1e-12)


def test_errors() -> None:
    with pytest.raises(ModelError, match=r"poisson: the bounds \[-3, 0\] of 'k' hold no count"):
        Poisson(Observable("k", -3.0, 0.0), 1.0)
    with pytest.raises(ModelError, match="poisson: mean is 0 at the start; it must be > 0"):
        Poisson(X, 0.0)
    assert math.isinf(log_density(Poisson(Observable("n", -1.0, 5.0), 2.0), {}, [-0.1])[0])
