import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import BifurcatedGaussian, Cruijff

from .oracle import around, assert_exact

X = Observable("mass", 5000.0, 6000.0)
VALUES = {"mu": 5280.0, "sigma_l": 15.0, "sigma_r": 25.0, "alpha_l": 0.1, "alpha_r": 0.2}
ROWS = np.array([5000.5, 5253.9, 5270.0, 5400.0, 5999.0])


@pytest.mark.parametrize(
    "values",
    [
        (5280, 20, 15, 0.1, 0.2),
        (5280, 20, 15, 1e-8, 1e-4),
        (5280, 20, 15, 0.02, 0.022),
        (5280, 20, 15, 0.02222222, 0.02222223),
        (5280, 20, 15, 0.025, 0.03),
        (5280, 20, 15, 1, 10),
        (5280, 0.01, 0.02, 0.1, 0.2),
        (5280, 500, 2000, 0.1, 0.2),
        (4500, 20, 20, 0.1, 0.1),
        (4800, 20, 20, 0.02, 0.01),
        (7000, 60, 60, 0.01, 0),
        (5000, 20, 20, 0.1, 0.1),
        (6000, 20, 20, 0.1, 0.1),
    ],
)
def test_log_density_holds_wherever_the_peak_is(values: tuple[float, ...]) -> None:
    mu, sigma_l, sigma_r, alpha_l, alpha_r = (mp.mpf(float(value)) for value in values)

    def shape(x: mp.mpf) -> mp.mpf:
        sigma, alpha = (sigma_l, alpha_l) if x < mu else (sigma_r, alpha_r)
        return mp.exp(-((x - mu) ** 2) / (2 * sigma**2 + alpha * (x - mu) ** 2))

    assert_exact(Cruijff(X, *map(float, values)), shape, lambda: around(mu, sigma_l, sigma_r), ROWS)


def test_without_alpha_it_is_a_bifurcated_gaussian() -> None:
    for mu in (4700.0, 5280.0):
        pair = Cruijff(X, mu, 20.0, 30.0, 0.0, 0.0), BifurcatedGaussian(X, mu, 20.0, 30.0)
        found = evaluate([density.log_density() for density in pair], {}, {"": {"mass": ROWS}})
        np.testing.assert_allclose(found[0], found[1], rtol=1e-12, atol=1e-11)


@pytest.mark.parametrize("name", ["sigma_l", "sigma_r"])
def test_widths_are_positive(name: str) -> None:
    with pytest.raises(ModelError, match=f"cruijff: {name} is 0 at the start; it must be > 0"):
        Cruijff(X, **(VALUES | {name: 0.0}))


@pytest.mark.parametrize("name", ["alpha_l", "alpha_r"])
def test_alpha_is_not_negative(name: str) -> None:
    with pytest.raises(ModelError, match=f"cruijff: {name} is -0.1 at the start; it must be >= 0"):
        Cruijff(X, **(VALUES | {name: -0.1}))
