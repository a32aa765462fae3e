import numpy as np
import pytest
from scipy.stats import norm, truncnorm

from morefit_py.errors import ModelError
from morefit_py.graph.symbols import Observable
from morefit_py.model.envelope import Envelope, Function, envelope

X, Y = Observable("x", -10.0, 10.0), Observable("y", 0.0, 1.0)


def _normal(sigma: float) -> Function:
    held = truncnorm((-10 - 1.2345) / sigma, (10 - 1.2345) / sigma, loc=1.2345, scale=sigma)
    return lambda columns: held.pdf(columns["x"])


def _above(density: Function, bound: Envelope, x: np.ndarray) -> np.ndarray:
    """Where the density is above its envelope."""
    cell = np.argmax((x[:, None] >= bound.low.T) & (x[:, None] <= (bound.low + bound.width).T), axis=1)
    return density({"x": x}) > bound.top[cell] * (1 + 1e-9)


@pytest.mark.parametrize("sigma", [3.0, 0.1, 1e-3])
def test_hugs_a_peak_however_narrow(sigma: float) -> None:
    density = _normal(sigma)
    bound = envelope("test", density, (X,))
    assert 1.0 < np.sum(bound.top * bound.volume) < 1.15
    assert not np.any(_above(density, bound, np.linspace(-10, 10, 20_001)))


@pytest.mark.parametrize("centre", [1.2345, -7.7, 0.0, 3.111])
def test_holds_a_cusp_wherever_it_is(centre: float) -> None:
    def density(columns: dict[str, np.ndarray]) -> np.ndarray:
        return 0.5 * 10.0 * np.exp(-10.0 * np.abs(columns["x"] - centre))

    bound = envelope("test", density, (X,))
    near = centre + np.linspace(-0.3, 0.3, 100_001)
    assert not np.any(_above(density, bound, near))
    assert np.sum(bound.top * bound.volume) < 1.1


def test_cells_tile_the_range() -> None:
    bound = envelope("test", _normal(0.05), (X,))
    order = np.argsort(bound.low[:, 0])
    low, width = bound.low[order, 0], bound.width[order, 0]
    assert low[0] == -10.0
    np.testing.assert_allclose(low[1:], (low + width)[:-1])
    assert low[-1] + width[-1] == pytest.approx(10.0)


def test_two_dimensions() -> None:
    def density(columns: dict[str, np.ndarray]) -> np.ndarray:
        return norm(0.0, 0.3).pdf(columns["x"]) * 2.0 * columns["y"]

    bound = envelope("test", density, (X, Y))
    assert np.sum(bound.top * bound.volume) < 1.3
    assert np.sum(bound.volume) == pytest.approx(20.0)
    x = np.random.default_rng(1).uniform(-1.0, 1.0, 500)
    y = np.random.default_rng(2).uniform(0.0, 1.0, 500)
    at = np.stack([x, y], axis=1)[:, None, :]
    cell = np.argmax(np.all((at >= bound.low) & (at <= bound.low + bound.width), axis=2), axis=1)
    assert np.all(density({"x": x, "y": y}) <= bound.top[cell] * (1 + 1e-9))


def test_raised_where_it_was_exceeded() -> None:
    flat = Envelope(np.array([[0.0], [0.5]]), np.array([[0.5], [0.5]]), np.array([0.3, 0.3]))
    raised = flat.raised(np.array([1, 1, 0]), np.array([2.0, 1.0, 0.2]))
    assert raised.top.tolist() == [0.3, 2.4]


def test_a_spike_between_the_points_is_found_by_its_missing_content() -> None:
    centre = X.low + X.width * (0.5 / 64 / 4 + 0.3)
    bound = envelope("test", lambda columns: norm(centre, 1e-3).pdf(columns["x"]), (X,))
    assert bound.width.min() < 0.05


def test_no_density() -> None:
    with pytest.raises(ModelError, match="test: the density is negative or not finite at"):
        envelope("test", lambda columns: columns["x"], (X,))
    with pytest.raises(ModelError, match=r"test: the density is negative or not finite at \[0.0\]"):
        envelope("test", lambda columns: np.where(columns["y"] > 0, 1.0, np.inf), (Y,))
    with pytest.raises(ModelError, match=r"test: only 0\.0% of the density was found"):
        envelope("test", lambda columns: np.zeros(len(columns["x"])), (X,))
