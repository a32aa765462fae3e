import mpmath as mp
import numpy as np
import pytest
from scipy.stats import johnsonsu

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import JohnsonSU

from .oracle import around, assert_exact

X = Observable("mass", 5000.0, 6000.0)
ROWS = np.array([5000.5, 5253.9, 5270.0, 5400.0, 5999.0])


@pytest.mark.parametrize(
    "values",
    [
        (5280, 20, 0.5, 1.5),
        (5280, 20, -2, 1),
        (5280, 2000, 0.3, 100),
        (4000, 20, 0, 1.5),
        (5280, 0.5, 0.1, 0.3),
        (5500, 1e4, 0, 1),
        (5280, 20, 0.5, 20),
    ],
)
def test_log_density_holds_wherever_the_peak_is(values: tuple[float, ...]) -> None:
    mu, lambd, gamma, delta = (mp.mpf(value) for value in values)

    def shape(x: mp.mpf) -> mp.mpf:
        z = (x - mu) / lambd
        return mp.exp(-((gamma + delta * mp.asinh(z)) ** 2) / 2) / mp.sqrt(1 + z**2)

    def cuts() -> list[mp.mpf]:
        return around(mu - lambd * mp.sinh(gamma / delta), lambd / delta)

    assert_exact(JohnsonSU(X, *map(float, values)), shape, cuts, ROWS)


def test_agrees_with_scipy() -> None:
    found = evaluate([JohnsonSU(X, 5280.0, 20.0, 0.5, 1.5).log_density()], {}, {"": {"mass": ROWS}})[0]
    scaled = johnsonsu(0.5, 1.5, loc=5280.0, scale=20.0)
    expected = scaled.logpdf(ROWS) - np.log(scaled.cdf(6000.0) - scaled.cdf(5000.0))
    np.testing.assert_allclose(found, expected, rtol=1e-10)


@pytest.mark.parametrize("name", ["lambd", "delta"])
def test_outside_its_domain(name: str) -> None:
    values = {"mu": 5280.0, "lambd": 20.0, "gamma": 0.5, "delta": 1.5, name: 0.0}
    with pytest.raises(ModelError, match=f"johnson_su: {name} is 0 at the start; it must be > 0"):
        JohnsonSU(X, **values)
