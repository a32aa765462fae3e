import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import Apollonios

from .oracle import around, assert_exact

X = Observable("mass", 5000.0, 6000.0)
VALUES = {"mu": 5280.0, "sigma": 20.0, "b": 1.5, "a": 2.0, "n": 3.0}
ROWS = np.array([5000.5, 5253.9, 5270.0, 5400.0, 5999.0])


@pytest.mark.parametrize(
    "values",
    [
        (5280, 20, 1.5, 2, 3),
        (5280, 20, 100, 0.2, 3),
        (5280, 200, 1e4, 0.02, 3),
        (5280, 20, 0.1, 2, 1.5),
        (5280, 20, 0.01, 2, 1.5),
        (4500, 20, 1, 2, 3),
        (7000, 20, 1, 2, 3),
        (5280, 0.5, 1, 2, 3),
        (5280, 20, 1, 2, 1 + 1e-9),
        (5280, 20, 1, 2, 1e4),
        (5280, 20, 1, 60, 2),
        (5000, 20, 1, 2, 3),
    ],
)
def test_log_density_holds_wherever_the_peak_is(values: tuple[float, ...]) -> None:
    mu, sigma, b, a, n = (mp.mpf(float(value)) for value in values)

    def shape(x: mp.mpf) -> mp.mpf:
        t, root = (x - mu) / sigma, mp.sqrt(1 + a**2)
        if t > -a:
            return mp.exp(-b * mp.sqrt(1 + t**2))
        offset = n * root / (b * a)
        return mp.exp(-b * root) * (offset / (offset - a - t)) ** n

    def cuts() -> list[mp.mpf]:
        width = float(sigma / b + sigma / mp.sqrt(b))
        return around(mu, width) + around(mu - a * sigma, width)

    assert_exact(Apollonios(X, *map(float, values)), shape, cuts, ROWS)


@pytest.mark.parametrize(("name", "least"), [("sigma", 0), ("b", 0), ("a", 0), ("n", 1)])
def test_outside_its_domain(name: str, least: float) -> None:
    with pytest.raises(ModelError, match=f"apollonios: {name} is {least} at the start; it must be > {least}"):
        Apollonios(X, **(VALUES | {name: float(least)}))
