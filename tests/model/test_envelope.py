import numpy as np
import pytest
from scipy.stats import kstest, norm, truncnorm

from morefit_py.errors import ModelError
from morefit_py.graph.symbols import Observable
from morefit_py.model.envelope import Envelope, Function, draw, envelope

X, Y = Observable("x", -10.0, 10.0), Observable("y", 0.0, 1.0)


def _generator() -> np.random.Generator:
    return np.random.Generator(np.random.Philox(3))


def _normal(sigma: float) -> Function:
    held = truncnorm((-10 - 1.2345) / sigma, (10 - 1.2345) / sigma, loc=1.2345, scale=sigma)
    return lambda points: held.pdf(points[:, 0])


@pytest.mark.parametrize("sigma", [3.0, 0.1, 1e-3])
def test_hugs_a_peak_however_narrow(sigma: float) -> None:
    density = _normal(sigma)
    bound = envelope("test", density, (X,))
    content = np.sum(bound.top * bound.volume)
    assert 1.0 < content < 1.15
    x = np.linspace(-10, 10, 20_001)[:, None]
    events, _ = draw(density, bound, 20_000, _generator())
    held = truncnorm((-10 - 1.2345) / sigma, (10 - 1.2345) / sigma, loc=1.2345, scale=sigma)
    assert kstest(events[:, 0], held.cdf).pvalue > 1e-3
    cell = np.argmax((x >= bound.low.T) & (x <= (bound.low + bound.width).T), axis=1)
    assert np.all(density(x) <= bound.top[cell] * (1 + 1e-9))


def test_cells_tile_the_range() -> None:
    bound = envelope("test", _normal(0.05), (X,))
    order = np.argsort(bound.low[:, 0])
    low, width = bound.low[order, 0], bound.width[order, 0]
    assert low[0] == -10.0
    np.testing.assert_allclose(low[1:], (low + width)[:-1])
    assert low[-1] + width[-1] == pytest.approx(10.0)


def test_two_dimensions() -> None:
    def density(points: np.ndarray) -> np.ndarray:
        return norm(0.0, 0.3).pdf(points[:, 0]) * 2.0 * points[:, 1]

    bound = envelope("test", density, (X, Y))
    assert np.sum(bound.top * bound.volume) < 1.3
    events, _ = draw(density, bound, 20_000, _generator())
    assert kstest(events[:, 0], norm(0.0, 0.3).cdf).pvalue > 1e-3
    assert kstest(events[:, 1], lambda y: y**2).pvalue > 1e-3
    assert abs(np.corrcoef(events.T)[0, 1]) < 0.03


def test_an_envelope_too_low_is_raised_and_the_sample_started_anew() -> None:
    def density(points: np.ndarray) -> np.ndarray:
        return 2.0 * points[:, 0]

    flat = Envelope(np.array([[0.0], [0.5]]), np.array([[0.5], [0.5]]), np.array([0.3, 0.3]))
    events, raised = draw(density, flat, 20_000, _generator())
    assert np.all(raised.top >= flat.top)
    assert kstest(events[:, 0], lambda x: x**2).pvalue > 1e-3


def test_a_spike_between_the_points_is_found_by_its_missing_content() -> None:
    centre = X.low + X.width * (0.5 / 64 / 4 + 0.3)
    bound = envelope("test", lambda points: norm(centre, 1e-3).pdf(points[:, 0]), (X,))
    assert bound.width.min() < 0.05


def test_no_density() -> None:
    with pytest.raises(ModelError, match="test: the density is negative or not a number at"):
        envelope("test", lambda points: points[:, 0], (X,))
    with pytest.raises(ModelError, match=r"test: only 0\.0% of the density was found"):
        envelope("test", lambda points: np.zeros(len(points)), (X,))


def test_no_events() -> None:
    assert draw(_normal(1.0), envelope("test", _normal(1.0), (X,)), 0, _generator())[0].shape == (0, 1)
