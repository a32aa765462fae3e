import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import CrystalBall, GaussExp

from .oracle import around, assert_exact

X = Observable("mass", 5000.0, 6000.0)
ROWS = np.array([5000.5, 5253.9, 5270.0, 5400.0, 5999.0])


@pytest.mark.parametrize(
    "values",
    [
        (5280, 20, 1.3),
        (5280, 20, 0.01),
        (5280, 20, 8),
        (4600, 20, 1.3),
        (6500, 20, 1),
        (6500, 20, 1e-3),
        (5500, 2000, 1),
        (5026, 20, 1.3),
    ],
)
def test_log_density_holds_wherever_the_peak_is(values: tuple[float, ...]) -> None:
    mu, sigma, alpha = (mp.mpf(value) for value in values)

    def shape(x: mp.mpf) -> mp.mpf:
        t = (x - mu) / sigma
        return mp.exp(-(t**2) / 2) if t > -alpha else mp.exp(alpha**2 / 2 + alpha * t)

    def cuts() -> list[mp.mpf]:
        return around(mu, sigma) + around(mu - alpha * sigma, min(sigma, sigma / alpha))

    assert_exact(GaussExp(X, *map(float, values)), shape, cuts, ROWS)


def test_is_the_limit_of_the_crystal_ball() -> None:
    pair = GaussExp(X, 5280.0, 20.0, 1.3), CrystalBall(X, 5280.0, 20.0, 1.3, 1e9)
    found = evaluate([density.log_density() for density in pair], {}, {"": {"mass": ROWS}})
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6)


@pytest.mark.parametrize("name", ["sigma", "alpha"])
def test_outside_its_domain(name: str) -> None:
    values = {"mu": 5280.0, "sigma": 20.0, "alpha": 1.3, name: 0.0}
    with pytest.raises(ModelError, match=f"gauss_exp: {name} is 0 at the start; it must be > 0"):
        GaussExp(X, **values)
