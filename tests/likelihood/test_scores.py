"""Score products and scores of a likelihood in closed form: events, weights, channels, bins, constraints."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

import morefit_py as mf
from morefit_py.errors import BackendError, DataError, FitError
from morefit_py.likelihood import scores as module
from morefit_py.likelihood.likelihood import Likelihood, likelihood
from morefit_py.model.model import Model, as_model

WIDE = mf.Observable("x", -200.0, 200.0)
MU, SIGMA = mf.Parameter("mu", 0.4, limits=(-5, 5)), mf.Parameter("sigma", 1.3, limits=(0.5, 5))
N = mf.Parameter("n", 150.0, limits=(0, 1e4))
PEAK = mf.pdfs.Gaussian(WIDE, MU, SIGMA)
RNG = np.random.default_rng(12)
VALUES, WEIGHTS = RNG.normal(0.5, 1.2, 120), RNG.exponential(1.5, 120)


def weighted(values: NDArray[np.float64] = VALUES) -> mf.Dataset:
    return mf.Dataset.from_numpy({"x": values}, WEIGHTS[: len(values)])


def by_hand(values: NDArray[np.float64], mu: float, sigma: float) -> NDArray[np.float64]:
    """The scores of a Gaussian far from its bounds, by mean and width."""
    t = (values - mu) / sigma
    return np.stack([t / sigma, (t**2 - 1.0) / sigma], axis=1)


def test_a_gaussian_in_closed_form() -> None:
    held = likelihood(as_model(PEAK), weighted())
    theta = np.array([0.3, 1.1])
    score = by_hand(VALUES, 0.3, 1.1)
    np.testing.assert_allclose(held.scores(theta, "data"), score, rtol=1e-9, atol=1e-12)
    expected = (score * WEIGHTS[:, None] ** 2).T @ score
    np.testing.assert_allclose(held.score_products(theta), expected, rtol=1e-12)


def test_the_extended_term_has_the_yield_in_its_logarithm() -> None:
    held = likelihood(as_model(N * PEAK), weighted())
    products = held.score_products(np.array([150.0, 0.3, 1.1]))
    assert held.parameters == ("n", "mu", "sigma")
    assert products[0, 0] == pytest.approx(np.sum(WEIGHTS**2) / 150.0**2, rel=1e-13)
    cross = WEIGHTS**2 @ by_hand(VALUES, 0.3, 1.1) / 150.0
    np.testing.assert_allclose(products[0, 1:], cross, rtol=1e-12)


def test_channels_add_and_events_without_weights_count_one() -> None:
    model = Model({"one": PEAK, "two": mf.pdfs.Gaussian(WIDE, MU, 2.0 * SIGMA)})
    other = RNG.normal(0.2, 2.0, 70)
    data = {"one": weighted(), "two": mf.Dataset.from_numpy({"x": other})}
    held = likelihood(model, data)
    first, second = by_hand(VALUES, 0.3, 1.1), by_hand(other, 0.3, 2.2) * [1.0, 2.0]
    expected = (first * WEIGHTS[:, None] ** 2).T @ first + second.T @ second
    theta = np.array([0.3, 1.1])
    np.testing.assert_allclose(held.score_products(theta), expected, rtol=1e-12)
    np.testing.assert_allclose(held.scores(theta, "two"), second, rtol=1e-9, atol=1e-12)
    with pytest.raises(DataError, match="no channel 'too'; did you mean 'two'"):
        held.scores(theta, "too")


def test_constraints_add_their_hessian() -> None:
    model = as_model(PEAK).constrained(mf.GaussianConstraint(MU * SIGMA, 0.5, 0.1))
    theta = np.array([0.3, 1.1])
    added = likelihood(model, weighted()).score_products(theta)
    held = likelihood(as_model(PEAK), weighted())
    # (mu sigma - 0.5)^2 / (2 0.1^2), twice differentiated by hand.
    cross = (0.3 * 1.1 + (0.3 * 1.1 - 0.5)) / 0.01
    expected = np.array([[1.1**2 / 0.01, cross], [cross, 0.3**2 / 0.01]])
    np.testing.assert_allclose(added - held.score_products(theta), expected, rtol=1e-10)
    np.testing.assert_allclose(likelihood(model, weighted()).constraint_hessian(theta), expected, rtol=1e-12)
    np.testing.assert_array_equal(held.constraint_hessian(theta), np.zeros((2, 2)))


def test_finely_binned_events_fluctuate_as_the_events() -> None:
    data = mf.Binned.from_dataset(weighted(), {"x": np.r_[-200.0, np.linspace(-6.0, 7.0, 5001), 200.0]})
    theta = np.array([0.3, 1.1])
    score = by_hand(VALUES, 0.3, 1.1)
    expected = (score * WEIGHTS[:, None] ** 2).T @ score
    found = likelihood(as_model(PEAK), data).score_products(theta)
    np.testing.assert_allclose(found, expected, rtol=0.0, atol=3e-3 * expected.diagonal().max())


def test_blocks_of_events_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    held, theta = likelihood(as_model(PEAK), weighted()), np.array([0.3, 1.1])
    whole = held.scores(theta, "data")
    monkeypatch.setattr(module, "_BLOCK", 7)
    np.testing.assert_array_equal(held.scores(theta, "data"), whole)


def test_nothing_is_compiled_before_it_is_asked_for() -> None:
    held = likelihood(as_model(PEAK), weighted())
    held.evaluate(held.initial, 2)
    assert "_scores" not in vars(held)
    held.score_products(held.initial)
    first = held._scores.executable
    held.score_products(held.initial)
    assert held._scores.executable is first


def test_a_kernel_is_compiled_once_for_all_data() -> None:
    first, second = (likelihood(as_model(PEAK), weighted(values)) for values in (VALUES, VALUES[:50]))
    for held in (first, second):
        held.score_products(held.initial)
    assert first._scores.executable.cache_key == second._scores.executable.cache_key
    if first._scores.executable.cache_key:
        assert second._scores.executable.from_cache


@pytest.mark.parametrize("compiled", [False, True])
def test_what_was_released_cannot_be_used(compiled: bool) -> None:
    held = likelihood(as_model(PEAK), weighted())
    if compiled:
        held.score_products(held.initial)
    held.release()
    with pytest.raises(BackendError, match="released"):
        held.score_products(held.initial)


def test_a_vector_of_the_wrong_length_is_named() -> None:
    held: Likelihood = likelihood(as_model(PEAK), weighted())
    for ask in (held.score_products, held.constraint_hessian, lambda theta: held.scores(theta, "data")):
        with pytest.raises(FitError, match=r"expected 2 values \(mu, sigma\), found shape \(3,\)"):
            ask(np.zeros(3))


def test_the_density_of_a_narrow_range_is_normalised_in_its_score() -> None:
    """Against differences of SciPy's truncated Gaussian."""
    x = mf.Observable("x", -1.0, 2.0)
    values = np.linspace(-0.9, 1.9, 40)
    held = likelihood(as_model(mf.pdfs.Gaussian(x, MU, SIGMA)), mf.Dataset.from_numpy({"x": values}))

    def logarithm(mu: float) -> NDArray[np.float64]:
        return np.asarray(stats.truncnorm((-1.0 - mu) / 1.1, (2.0 - mu) / 1.1, mu, 1.1).logpdf(values))

    slope = (logarithm(0.3 + 1e-5) - logarithm(0.3 - 1e-5)) / 2e-5
    np.testing.assert_allclose(held.scores(np.array([0.3, 1.1]), "data")[:, 0], slope, atol=1e-8)
