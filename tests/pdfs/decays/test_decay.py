import mpmath as mp
import numpy as np
import pytest
from scipy.stats import expon, laplace

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import Decay, ExponentiallyModifiedGaussian

from .reference import convolved

T = Observable("t", -2.0, 10.0)
ROWS = np.array([-2.0, -0.3, 0.0, 0.1, 1.0, 10.0])
PLAIN = (1.5, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0)


def _log_density(density: Decay, rows: np.ndarray = ROWS, **columns: np.ndarray) -> np.ndarray:
    held = {"": {"t": rows, **columns}}
    return np.asarray(evaluate([density.log_density()], {}, held)[0])


def test_without_resolution_agrees_with_scipy() -> None:
    single, flipped, double = (_log_density(Decay(T, 1.5, side=side)) for side in (1.0, -1.0, 0.0))
    right, left = expon(scale=1.5), expon(scale=1.5)
    both = laplace(scale=1.5)
    np.testing.assert_allclose(single, right.logpdf(ROWS) - np.log(right.cdf(10.0)), rtol=1e-12)
    with np.errstate(divide="ignore"):
        expected = np.where(ROWS < 0, left.logpdf(-ROWS) - np.log(left.cdf(2.0)), -np.inf)
    np.testing.assert_allclose(flipped, expected, rtol=1e-12)
    whole = both.cdf(10.0) - both.cdf(-2.0)
    np.testing.assert_allclose(double, both.logpdf(ROWS) - np.log(whole), rtol=1e-12)


def test_from_late_times_on_it_is_an_exponential() -> None:
    late = Observable("t", 0.5, 10.0)
    found = _log_density(Decay(late, 1.5), ROWS[4:])
    expected = -ROWS[4:] / 1.5 - np.log(1.5 * (np.exp(-0.5 / 1.5) - np.exp(-10 / 1.5)))
    np.testing.assert_allclose(found, expected, rtol=1e-13)


def test_one_gaussian_is_the_modified_gaussian() -> None:
    seen = Decay(T, 1.5, (0.1,), (0.3,))
    np.testing.assert_allclose(
        _log_density(seen),
        evaluate([ExponentiallyModifiedGaussian(T, 0.1, 0.3, 1.5).log_density()], {}, {"": {"t": ROWS}})[0],
        rtol=1e-12,
    )


@pytest.mark.parametrize("side", [1, -1, 0])
def test_three_gaussians_are_the_sum_of_convolutions(side: int) -> None:
    means, sigmas, shares = (0.0, 0.05, -0.1), (0.04, 0.2, 1.0), (0.5, 0.3, 0.2)
    density = Decay(T, 1.5, means, sigmas, shares[:2], side=side)
    found = evaluate([density.log_shape()], {}, {"": {"t": ROWS}})[0]
    with mp.workdps(25):
        for row, t in enumerate(ROWS):
            parts = zip(means, sigmas, shares, strict=True)
            exact = sum(share * convolved(t, PLAIN, mean, sigma, side) for mean, sigma, share in parts)
            assert found[row] == pytest.approx(float(mp.log(exact)), rel=1e-11, abs=1e-11)


def test_one_mean_serves_all_and_none_is_zero() -> None:
    one = _log_density(Decay(T, 1.5, (0.1,), (0.1, 0.3), (0.7,)))
    each = _log_density(Decay(T, 1.5, (0.1, 0.1), (0.1, 0.3), (0.7,)))
    np.testing.assert_array_equal(one, each)
    none = _log_density(Decay(T, 1.5, (), (0.1,)))
    np.testing.assert_array_equal(none, _log_density(Decay(T, 1.5, (0.0,), (0.1,))))


def test_errors_per_event() -> None:
    error, scale = Observable("error", 0.01, 0.2), Parameter("scale", 1.2)
    density = Decay(T, 1.5, (0.02,), (scale * error,))
    assert [x.name for x in density.given] == ["error"]
    errors = np.array([0.01, 0.03, 0.05, 0.1, 0.15, 0.2])
    found = evaluate([density.log_density()], {"scale": 1.2}, {"": {"t": ROWS, "error": errors}})[0]
    expected = [
        _log_density(Decay(T, 1.5, (0.02,), (1.2 * value,)), ROWS[[row]])[0]
        for row, value in enumerate(errors)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"tau": -1.0}, "decay: tau is -1 at the start; it must be > 0"),
        ({"sigmas": (0.0,)}, "decay: sigmas is 0 at the start; it must be > 0"),
        ({"means": (0.0,)}, "decay: means has a value but sigmas none; give the width of the resolution"),
        ({"sigmas": (0.1, 0.2)}, "decay: fractions are 0 for 2 sigmas; give one for each but the last"),
        ({"fractions": (0.1,)}, "decay: fractions are 1 for 0 sigmas"),
        (
            {"means": (0.0, 0.0, 0.0), "sigmas": (0.1, 0.2), "fractions": (0.5,)},
            "decay: means are 3 for 2 sigmas; give one for each, or one",
        ),
        ({"side": 2.0}, "decay: side is 2; it is 1 for positive times, -1 for negative ones, 0 for both"),
    ],
)
def test_fields_that_make_no_density(fields: dict, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        Decay(T, **{"tau": 1.5, **fields})


def test_fractions_leave_room() -> None:
    first, second = Parameter("first", 0.3), Parameter("second", 0.3)
    density = Decay(T, 1.5, (), (0.1, 0.2, 0.3), (first, second))
    assert evaluate([density.room()], {"first": 0.7, "second": 0.2})[0] == pytest.approx(0.1)
    assert evaluate([density.room()], {"first": 0.7, "second": 0.4})[0] < 0.0
