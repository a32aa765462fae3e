import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import Bukin

from .oracle import DIGITS, around, assert_exact

X = Observable("mass", 5000.0, 6000.0)
ROWS = np.array([5000.5, 5253.9, 5270.0, 5400.0, 5999.0])


@pytest.mark.parametrize(
    "values",
    [
        (5280, 20, -0.1, -0.1, -0.2),
        (5280, 20, 0.3, -1.0, -1e-6),
        (5280, 20, 1e-6, -0.01, 0.001),
        (5500, 60, 0.1, 0.1, 0.05),
        (5500, 60, 0.1, 0.3, 0.4),
        (5500, 100, 1e-12, 0.01, -0.01),
        (6300, 40, 0.1, -0.05, -0.1),
        (4800, 40, 0.1, -0.05, 0.0),
        (4800, 40, -0.5, -0.05, -0.03),
        (5280, 1, 0.2, -0.1, -0.01),
        (4700, 100, 0.2, -0.1, 0.3),
    ],
)
def test_log_density_in_the_form_of_roofit(values: tuple[float, ...]) -> None:
    with mp.workdps(DIGITS):
        xp, sigp, xi, rho1, rho2 = (mp.mpf(float(value)) for value in values)
        r3, r4 = mp.log(2), mp.sqrt(xi**2 + 1)
        hp = 2 * sigp * mp.sqrt(2 * r3)
        x1, x2 = xp + hp / 2 * (xi / r4 - 1), xp + hp / 2 * (xi / r4 + 1)
        r5 = xi / mp.log(xi + r4)

    def shape(x: mp.mpf) -> mp.mpf:
        if x < x1:
            r2 = rho1 * ((x - x1) / (xp - x1)) ** 2 - r3 + 4 * r3 * (x - x1) / hp * r5 * r4 / (r4 - xi) ** 2
        elif x < x2:
            r2 = -r3 * (mp.log(1 + 4 * xi * r4 * (x - xp) / hp) / mp.log(1 + 2 * xi * (xi - r4))) ** 2
        else:
            r2 = rho2 * ((x - x2) / (xp - x2)) ** 2 - r3 - 4 * r3 * (x - x2) / hp * r5 * r4 / (r4 + xi) ** 2
        return mp.exp(r2)

    def cuts() -> list[mp.mpf]:
        return around(x1, sigp) + around(x2, sigp)

    assert_exact(Bukin(X, *map(float, values)), shape, cuts, ROWS)


def test_half_the_maximum_is_where_the_tails_join() -> None:
    density = Bukin(X, 5280.0, 20.0, 0.3, -0.1, -0.2)
    left, right = (float(evaluate([point], {})[0]) for point in density.breaks())
    assert right - left == pytest.approx(2 * np.sqrt(np.log(4)) * 20.0, rel=1e-14)
    columns = {"": {"mass": np.array([left, 5280.0, right])}}
    np.testing.assert_allclose(evaluate([density.shape()], {}, columns)[0], [0.5, 1.0, 0.5], rtol=1e-12)


def test_a_width_must_be_positive() -> None:
    with pytest.raises(ModelError, match="bukin: width is 0 at the start; it must be > 0"):
        Bukin(X, 5280.0, 0.0, 0.1, -0.1, -0.1)
