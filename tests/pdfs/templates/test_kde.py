"""Kernels at the events of a sample."""

import numpy as np
import pytest
from scipy import stats

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.pdfs import Kde

X = mf.Observable("x", 0.0, 10.0)


def test_bandwidth_by_silvermans_rule() -> None:
    sample = np.random.default_rng(1).normal(5.0, 1.0, 2000)
    sample = sample[(sample > 0) & (sample < 10)]
    made = Kde.from_sample(X, sample)
    spread = min(sample.std(), stats.iqr(sample) / 1.34)
    assert made.bandwidth == pytest.approx(0.9 * spread * len(sample) ** -0.2, rel=2e-3)
    x = np.linspace(3.0, 7.0, 9)
    found = evaluate([made.density()], {}, {"": {"x": x}})[0]
    np.testing.assert_allclose(found, stats.norm(5.0, 1.0).pdf(x), atol=0.03)


def test_weights_count_as_events_do() -> None:
    sample, weights = np.array([2.0, 3.0, 7.0]), np.array([2.0, 1.0, 3.0])
    repeated = np.repeat(sample, weights.astype(int))
    x = np.linspace(0.0, 10.0, 7)
    one = Kde.from_sample(X, sample, weights, bandwidth=0.8)
    other = Kde.from_sample(X, repeated, bandwidth=0.8)
    values = [evaluate([held.density()], {}, {"": {"x": x}})[0] for held in (one, other)]
    np.testing.assert_allclose(*values, rtol=1e-12)


def test_of_fixed_kernels_a_column_is_all_the_kernel_sees() -> None:
    n, k = mf.Parameter("n", 100, (0, 1e4)), mf.Parameter("k", 100, (0, 1e4))
    made = Kde.from_sample(X, np.linspace(2.0, 8.0, 200))
    fit = mf.compile(n * made + k * mf.pdfs.Uniform(X), {"x": np.linspace(0.5, 9.5, 300)})
    assert len(fit.audit().precomputed_columns) == 1
    assert fit.minimise().valid


@pytest.mark.parametrize(
    ("bandwidth", "centers", "weights", "message"),
    [
        (0.0, (1.0,), (), "kde: bandwidth is 0.0; it must be > 0"),
        (1.0, (11.0,), (), r"kde: centers\[0\] is 11; centers lie outside the bounds \[0, 10\]"),
        (1.0, (1.0, 2.0), (1.0,), "kde: weights has 1 values for 2 centers"),
        (1.0, (1.0, 2.0), (1.0, -1.0), r"kde: weights\[1\] is -1; it must be >= 0"),
        (1.0, (1.0, 2.0), (0.0, 0.0), "kde: weights: all weights are zero"),
        (1.0, (1.0, np.nan), (), r"kde: centers\[1\] is nan"),
        (1.0, (), (), "kde: .* has 0 values"),
    ],
)
def test_kernels_that_make_no_density(
    bandwidth: float, centers: tuple[float, ...], weights: tuple[float, ...], message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        Kde(X, bandwidth, centers, weights)


def test_samples_without_spread() -> None:
    with pytest.raises(ModelError, match="1 events have no spread to take a bandwidth from"):
        Kde.from_sample(X, [1.0])
    with pytest.raises(ModelError, match="all events have the same value; give a bandwidth"):
        Kde.from_sample(X, [1.0, 1.0, 1.0])
