import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import ResonanceBreitWigner

from .oracle import assert_agrees

RHO = {"mean": 0.775, "width": 0.149, "m_a": 0.1396, "m_b": 0.1396, "spin": 1.0, "radius": 5.0}


def _barrier(spin: int, z: np.ndarray) -> np.ndarray:
    """The denominators of the factors of von Hippel and Quigg, as usually written."""
    return (
        1.0 + 0.0 * z,
        1.0 + z,
        (z - 3) ** 2 + 9 * z,
        z * (z - 15) ** 2 + 9 * (2 * z - 5) ** 2,
        (z**2 - 45 * z + 105) ** 2 + 25 * z * (2 * z - 21) ** 2,
    )[spin]


def _square(m: np.ndarray, m_a: float, m_b: float) -> np.ndarray:
    return (m**2 - (m_a + m_b) ** 2) * (m**2 - (m_a - m_b) ** 2) / (4 * m**2)


@pytest.mark.parametrize(
    ("values", "bounds"),
    [
        ((0.775, 0.149, 0.1396, 0.1396, 1, 5.0), (0.3, 1.5)),
        ((0.775, 0.149, 0.1396, 0.1396, 1, 5.0), (0.1, 1.5)),
        ((0.895, 0.047, 0.4937, 0.1396, 1, 3.0), (0.6, 1.3)),
        ((1.0195, 0.00425, 0.4937, 0.4937, 1, 1.5), (0.9, 1.8)),
        ((3.0969, 9.3e-5, 0.1057, 0.1057, 1, 0.1), (2.5, 3.5)),
        ((1.27, 0.187, 0.1396, 0.1396, 2, 5.0), (0.2791, 2.0)),
        ((1.43, 0.27, 0.4937, 0.1396, 0, 3.0), (0.5, 2.0)),
        ((1.43, 0.27, 0.4937, 0.1396, 0, 3.0), (2.0, 4.0)),
        ((0.5, 0.6, 0.1396, 0.1396, 0, 0.0), (0.2, 1.5)),
        ((0.28, 0.01, 0.1396, 0.1396, 0, 3.0), (0.2, 1.0)),
        ((91.19, 2.5, 0.0005, 0.0005, 1, 0.0), (60.0, 120.0)),
        ((1.69, 0.16, 0.1396, 0.1396, 3, 0.0), (0.3, 3.0)),
        ((2.04, 0.24, 0.1396, 0.1396, 4, 3.0), (0.3, 3.0)),
    ],
)
def test_log_density_in_every_limit(values: tuple[float, ...], bounds: tuple[float, float]) -> None:
    mean, width, m_a, m_b, spin, radius = values
    x = Observable("m", *bounds)

    def shape(m: np.ndarray) -> np.ndarray:
        safe = np.where(m > m_a + m_b, m, mean)
        q, q0 = _square(safe, m_a, m_b), _square(np.array(mean), m_a, m_b)
        factor = _barrier(int(spin), q0 * radius**2) / _barrier(int(spin), q * radius**2)
        running = width * (q / q0) ** (spin + 0.5) * mean / safe * factor
        value = safe * running / ((mean**2 - safe**2) ** 2 + mean**2 * running**2)
        return np.where(m > m_a + m_b, value, 1e-300)

    rows = np.linspace(max(x.low, m_a + m_b), x.high, 9)[1:]
    density = ResonanceBreitWigner(x, mean, width, m_a, m_b, float(spin), radius)
    cuts = [m_a + m_b, mean, *(mean + k * width for k in (-20, -4, -1, 1, 4, 20))]
    assert_agrees(density, lambda m: np.log(shape(m)), cuts, rows)


def test_below_the_threshold_there_is_nothing() -> None:
    x = Observable("m", 0.1, 1.5)
    held = {name: Parameter(name, value) for name, value in RHO.items() if name != "spin"}
    density = ResonanceBreitWigner(x, **held, spin=1.0)
    found = derivatives(density.shape(), [param(p) for p in held.values()], order=2)
    roots = [density.shape(), *found.gradient, *found.hessian.values()]
    for value in evaluate(roots, {name: RHO[name] for name in held}, {"": {"m": np.array([0.11, 0.2792])}}):
        assert np.all(value == 0.0)


def test_one_at_the_mean() -> None:
    density = ResonanceBreitWigner(Observable("m", 0.1, 1.5), **RHO)
    assert evaluate([density.shape()], {}, {"": {"m": np.array(0.775)}})[0] == pytest.approx(1.0, rel=1e-15)


def test_room_ends_at_the_threshold() -> None:
    density = ResonanceBreitWigner(Observable("m", 0.1, 1.5), **(RHO | {"mean": Parameter("mean", 0.775)}))
    assert evaluate([density.room()], {"mean": 0.28})[0] > 0
    assert evaluate([density.room()], {"mean": 0.27})[0] < 0


def test_what_is_no_resonance() -> None:
    x = Observable("m", 0.1, 1.5)
    with pytest.raises(ModelError, match=r"spin is 0\.5; it must be 0, 1, 2, 3 or 4"):
        ResonanceBreitWigner(x, **(RHO | {"spin": 0.5}))
    with pytest.raises(ModelError, match=r"mean is 0\.0292 below the threshold m_a \+ m_b at the start"):
        ResonanceBreitWigner(x, **(RHO | {"mean": 0.25}))
    for name in ("mean", "width"):
        with pytest.raises(ModelError, match=f"{name} is 0 at the start; it must be > 0"):
            ResonanceBreitWigner(x, **(RHO | {name: 0.0}))
    for name in ("m_a", "m_b", "radius"):
        with pytest.raises(ModelError, match=f"{name} is -1 at the start; it must be >= 0"):
            ResonanceBreitWigner(x, **(RHO | {name: -1.0}))
