"""The compiled likelihood: numbers, shapes, data checks, weights, columns."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import morefit_py as mf
from morefit_py.errors import BackendError, DataError, FitError, ModelError, MorefitWarning
from morefit_py.likelihood.likelihood import Likelihood, checked, likelihood, program
from morefit_py.model.model import as_model

X = mf.Observable("x", -1.0, 3.0)
MU, SIGMA = mf.Parameter("mu", 0.4, limits=(-1, 3)), mf.Parameter("sigma", 0.8, limits=(0.1, 5))
N, M = mf.Parameter("n", 40.0, limits=(0, 1000)), mf.Parameter("m", 60.0, limits=(0, 1000))
SLOPE = mf.Parameter("slope", -0.5, limits=(-3, 3))
MODEL = as_model(N * mf.pdfs.Gaussian(X, MU, SIGMA) + M * mf.pdfs.Exponential(X, SLOPE))
ORACLE = "reference"


@pytest.fixture
def data() -> mf.Dataset:
    values = np.random.default_rng(3).uniform(-1, 3, 90)
    return mf.Dataset.from_numpy({"x": values})


def by_hand(theta: np.ndarray, x: np.ndarray, weights: np.ndarray) -> float:
    n, mu, sigma, m, slope = theta
    gauss = stats.truncnorm((-1 - mu) / sigma, (3 - mu) / sigma, mu, sigma).pdf(x)
    expo = slope * np.exp(slope * x) / (np.exp(3 * slope) - np.exp(-slope))
    return float(n + m - np.sum(weights * np.log(n * gauss + m * expo)))


def make(data: mf.Dataset, backend: str = "auto") -> Likelihood:
    return likelihood(MODEL, data, backend)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_nll_is_the_formula(data: mf.Dataset, weighted: bool) -> None:
    weights = np.random.default_rng(4).uniform(0, 2, 90) if weighted else np.ones(90)
    held = mf.Dataset.from_numpy({"x": data["x"]}, weights if weighted else None)
    found = make(held)
    for theta in (found.initial, np.array([55.0, 1.1, 0.6, 30.0, 0.7])):
        assert found.evaluate(theta, 0)[0] == pytest.approx(by_hand(theta, data["x"], weights), rel=1e-12)


def test_parameters_keep_their_order_and_limits(data: mf.Dataset) -> None:
    found = make(data)
    assert found.parameters == ("n", "mu", "sigma", "m", "slope")
    np.testing.assert_array_equal(found.initial, [40.0, 0.4, 0.8, 60.0, -0.5])
    np.testing.assert_array_equal(found.lower, [0, -1, 0.1, 0, -3])
    np.testing.assert_array_equal(found.upper, [1000, 3, 5, 1000, 3])
    assert not found.fixed.any()


def test_derivatives_have_the_shapes_and_values_of_the_reference(data: mf.Dataset) -> None:
    found, oracle = make(data), make(data, ORACLE)
    theta = np.array([55.0, 1.1, 0.6, 30.0, 0.7])
    value, gradient, hessian = found.evaluate(theta, 2)
    expected = oracle.evaluate(theta, 2)
    assert gradient is not None
    assert hessian is not None
    assert (gradient.shape, hessian.shape) == ((5,), (5, 5))
    assert value == pytest.approx(expected[0], rel=1e-12)
    np.testing.assert_allclose(gradient, expected[1], rtol=1e-9)
    np.testing.assert_allclose(hessian, expected[2], rtol=1e-8, atol=1e-10)
    np.testing.assert_array_equal(hessian, hessian.T)
    assert found.evaluate(theta, 0)[1:] == (None, None)


def test_a_vector_of_the_wrong_length_is_named(data: mf.Dataset) -> None:
    with pytest.raises(FitError, match=r"expected 5 values \(n, mu, sigma, m, slope\), found shape \(2,\)"):
        make(data).evaluate(np.zeros(2), 0)


def test_results_do_not_change_under_later_calls(data: mf.Dataset) -> None:
    found = make(data)
    first = found.evaluate(found.initial, 1)[1]
    assert first is not None
    kept = first.copy()
    found.evaluate(found.initial * 1.1, 1)
    np.testing.assert_array_equal(first, kept)


def test_released_data_cannot_be_used(data: mf.Dataset) -> None:
    found = make(data)
    found.release()
    with pytest.raises(BackendError, match="released"):
        found.evaluate(found.initial, 0)


def test_columns_are_not_copied(data: mf.Dataset) -> None:
    tracked = make(data)
    assert tracked.data["data"]["x"] is data["x"]


def test_a_budget_of_nothing_precomputes_nothing(data: mf.Dataset) -> None:
    c = [mf.Parameter(f"c{i}", 0.01, limits=(-0.05, 0.05)) for i in range(1, 6)]
    model = as_model(N * mf.pdfs.Chebyshev(X, tuple(c)) + M * mf.pdfs.Exponential(X, SLOPE))
    held = checked(model, data)
    rich, poor = program(model, held), program(model, held, column_budget=0)
    assert rich.digest == poor.digest
    assert poor.columns == 0
    assert not poor.optimised.columns
    for backend in ("auto", ORACLE):
        values = [likelihood(model, data, backend, budget) for budget in (1 << 30, 0)]
        a, b = (one.evaluate(one.initial, 2) for one in values)
        assert a[0] == pytest.approx(b[0], rel=1e-13)
        np.testing.assert_allclose(a[2], b[2], rtol=1e-9, atol=1e-9)


class TestBadInput:
    def test_missing_and_unknown_channels(self, data: mf.Dataset) -> None:
        model = mf.Model({"left": MODEL.channels["data"], "right": MODEL.channels["data"]})
        with pytest.raises(DataError, match="channels left, right"):
            checked(model, data)
        with pytest.raises(DataError, match="no data for the channel 'right'"):
            checked(model, {"left": data})
        with pytest.raises(DataError, match="unknown channel 'rihgt'; did you mean 'right'"):
            checked(model, {"left": data, "rihgt": data})

    def test_values_outside_the_bounds(self) -> None:
        held = mf.Dataset.from_numpy({"x": [0.0, 3.5, np.nan]}, source="toy")
        with pytest.raises(DataError, match="toy"):
            checked(MODEL, held)

    def test_a_density_negative_at_its_start(self, data: mf.Dataset) -> None:
        model = as_model(N * mf.pdfs.Chebyshev(X, (mf.Parameter("c1", -1.5, limits=(-3, 3)),)))
        with pytest.raises(ModelError, match=r"negative .* at x = .* with c1 = -1\.5, the start"):
            checked(model, data)

    def test_an_unknown_backend(self, data: mf.Dataset) -> None:
        with pytest.raises(BackendError, match="did you mean 'opencl'"):
            make(data, "opencll")


def test_flaws_are_those_of_densities_at_a_point(data: mf.Dataset) -> None:
    assert make(data, ORACLE).flaws(np.array([40.0, 0.4, 0.8, 60.0, -0.5])) == ()
    slope = mf.Parameter("c", 0.1, limits=(-3.0, 3.0))
    with pytest.warns(MorefitWarning, match="a corner of the limits"):
        held = likelihood(as_model(mf.pdfs.Chebyshev(X, (slope,))), data, ORACLE)
    assert held.flaws(np.array([0.9])) == ()
    (flaw,) = held.flaws(np.array([-1.5]))
    assert flaw.startswith(
        "channel 'data', component 'chebyshev' (chebyshev): the density is negative (-0.5) at x = 3"
    )
