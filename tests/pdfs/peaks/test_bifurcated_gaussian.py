import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import BifurcatedGaussian, Gaussian

from .oracle import around, assert_exact

X = Observable("mass", 5000.0, 6000.0)
ROWS = np.array([5000.5, 5253.9, 5270.0, 5400.0, 5999.0])


@pytest.mark.parametrize(
    "values",
    [
        (5280, 20, 40),
        (5280, 0.8, 1.5),
        (4700, 20, 40),
        (6300, 60, 20),
        (5500, 2e4, 3e4),
        (5000, 20, 30),
        (6000, 20, 30),
    ],
)
def test_log_density_holds_wherever_the_peak_is(values: tuple[float, ...]) -> None:
    mu, left, right = values

    def shape(x: mp.mpf) -> mp.mpf:
        return mp.exp(-(((x - mu) / (left if x < mu else right)) ** 2) / 2)

    assert_exact(BifurcatedGaussian(X, *map(float, values)), shape, lambda: around(mu, left, right), ROWS)


def test_equal_widths_are_a_gaussian() -> None:
    pair = BifurcatedGaussian(X, 5280.0, 20.0, 20.0), Gaussian(X, 5280.0, 20.0)
    found = evaluate([density.log_density() for density in pair], {}, {"": {"mass": ROWS}})
    np.testing.assert_allclose(found[0], found[1], rtol=1e-14)


@pytest.mark.parametrize("name", ["sigma_l", "sigma_r"])
def test_widths_are_positive(name: str) -> None:
    values = {"mu": 5280.0, "sigma_l": 20.0, "sigma_r": 20.0, name: 0.0}
    with pytest.raises(ModelError, match=f"bifurcated_gaussian: {name} is 0 at the start; it must be > 0"):
        BifurcatedGaussian(X, **values)
