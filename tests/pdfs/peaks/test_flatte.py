import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import Flatte

from .oracle import assert_agrees

PION, KAON = 0.1396, 0.4937
F0 = {"mean": 0.98, "g_1": 0.165, "g_2": 0.695, "m_a1": PION, "m_b1": PION, "m_a2": KAON, "m_b2": KAON}


def _rho(m: np.ndarray, m_a: float, m_b: float) -> np.ndarray:
    return np.sqrt(((m**2 - (m_a + m_b) ** 2) * (m**2 - (m_a - m_b) ** 2)).astype(complex)) / m**2


@pytest.mark.parametrize(
    ("values", "bounds"),
    [
        (F0, (0.2, 1.8)),
        (F0, (1.1, 1.8)),
        (F0 | {"mean": 0.939, "g_1": 0.199, "g_2": 0.6}, (0.28, 1.5)),
        (F0 | {"g_1": 0.01, "g_2": 0.0}, (0.3, 1.2)),
        (F0 | {"g_1": 0.001, "g_2": 0.002}, (0.9, 1.1)),
        (F0 | {"mean": 1.2, "g_1": 5e-4, "g_2": 0.002}, (0.3, 1.5)),
        (F0 | {"mean": 0.8, "g_2": 2.0}, (0.3, 1.2)),
        (F0 | {"m_a1": 0.547, "m_b1": 0.135}, (0.6, 1.3)),
        (F0 | {"m_a1": KAON, "m_b1": KAON, "m_a2": PION, "m_b2": PION}, (0.9, 1.3)),
    ],
)
def test_log_density_in_every_limit(values: dict[str, float], bounds: tuple[float, float]) -> None:
    mean, g_1, g_2, m_a1, m_b1, m_a2, m_b2 = values.values()
    x = Observable("m", *bounds)

    def log_shape(m: np.ndarray) -> np.ndarray:
        safe = np.where(m > m_a1 + m_b1, m, m_a1 + m_b1 + 1.0)
        first, second = _rho(safe, m_a1, m_b1), _rho(safe, m_a2, m_b2)
        amplitude = 1 / (mean**2 - safe**2 - 1j * mean * (g_1 * first + g_2 * second))
        return np.where(m > m_a1 + m_b1, np.log(safe * first.real * np.abs(amplitude) ** 2), -700.0)

    rows = np.linspace(max(x.low, m_a1 + m_b1), x.high, 9)[1:]
    cuts = [m_a1 + m_b1, m_a2 + m_b2, mean, *(mean + k * (g_1 + g_2) for k in (-4, -1, -0.1, 0.1, 1, 4))]
    assert_agrees(Flatte(x, **values), log_shape, cuts, rows)


def test_a_pole_within_a_thousandth_of_the_threshold() -> None:
    values = dict(zip(F0, (3.8717, 0.001, 0.1, 3.097, 0.77, 1.865, 2.007), strict=True))
    x, mean, threshold = Observable("m", 3.8671, 3.9), 3.8717, 3.872

    def log_shape(m: np.ndarray) -> np.ndarray:
        first, second = _rho(m, 3.097, 0.77), _rho(m, 1.865, 2.007)
        return np.log(m * first.real) - 2 * np.log(
            np.abs(mean**2 - m**2 - 1j * mean * (0.001 * first + 0.1 * second))
        )

    cuts = [threshold - d for d in (1e-6, 3e-6, 1e-5, 3e-5, 1e-4)] + [threshold, mean]
    assert_agrees(
        Flatte(x, **values), log_shape, cuts, np.array([3.8672, 3.8719, 3.87199, 3.8721, 3.89]), 1e-9
    )


def test_below_the_first_threshold_there_is_nothing() -> None:
    density = Flatte(Observable("m", 0.1, 1.5), **F0)
    assert np.all(evaluate([density.shape()], {}, {"": {"m": np.array([0.12, 0.279])}})[0] == 0.0)


def test_outside_its_domain() -> None:
    x = Observable("m", 0.1, 1.5)
    for name in ("mean", "g_1"):
        with pytest.raises(ModelError, match=f"flatte: {name} is 0 at the start; it must be > 0"):
            Flatte(x, **(F0 | {name: 0.0}))
    for name in ("g_2", "m_a1", "m_b2"):
        with pytest.raises(ModelError, match=f"flatte: {name} is -1 at the start; it must be >= 0"):
            Flatte(x, **(F0 | {name: -1.0}))
