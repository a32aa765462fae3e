import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import AsymmetricCrystalBall, DoubleCrystalBall

from .oracle import around, assert_exact

X = Observable("mass", 5000.0, 6000.0)
NAMES = ("mu", "sigma_l", "sigma_r", "alpha_l", "n_l", "alpha_r", "n_r")
STARTS = (5280.0, 15.0, 25.0, 1.3, 3.0, 1.8, 5.0)
ROWS = np.array([5000.5, 5253.9, 5270.0, 5400.0, 5999.0])


def _textbook(t: mp.mpf, alpha: mp.mpf, n: mp.mpf) -> mp.mpf:
    if t > -alpha:
        return mp.exp(-(t**2) / 2)
    return (n / alpha) ** n * mp.exp(-(alpha**2) / 2) * (n / alpha - alpha - t) ** -n


@pytest.mark.parametrize(
    "values",
    [
        STARTS,
        (5280, 20, 30, 1.3, 1e4, 1.3, 1e4),
        (5280, 20, 30, 1.3, 1 + 1e-9, 1.3, 1 + 1e-9),
        (6500, 60, 40, 1, 5, 1.2, 3),
        (4700, 40, 20, 1, 5, 1.2, 3),
        (5500, 300, 200, 2, 3, 2.5, 3),
        (4995, 40, 30, 1, 5, 1.2, 3),
        (5000, 40, 30, 1, 5, 1.2, 3),
        (5500, 1, 2, 0.5, 1.01, 1, 1.5),
    ],
)
def test_log_density_holds_wherever_the_peak_is(values: tuple[float, ...]) -> None:
    mu, sigma_l, sigma_r, alpha_l, n_l, alpha_r, n_r = (mp.mpf(value) for value in values)

    def shape(x: mp.mpf) -> mp.mpf:
        left = x < mu
        return (
            _textbook((x - mu) / sigma_l, alpha_l, n_l)
            if left
            else _textbook((mu - x) / sigma_r, alpha_r, n_r)
        )

    def cuts() -> list[mp.mpf]:
        return around(mu, alpha_l * sigma_l, alpha_r * sigma_r) + around(mu, sigma_l, sigma_r)

    assert_exact(AsymmetricCrystalBall(X, *map(float, values)), shape, cuts, ROWS)


def test_equal_widths_are_the_double_crystal_ball() -> None:
    parameters = dict(zip(NAMES, (Parameter(n, v) for n, v in zip(NAMES, STARTS, strict=True)), strict=True))
    asymmetric = AsymmetricCrystalBall(X, **(parameters | {"sigma_r": parameters["sigma_l"]}))
    widths = {"sigma": parameters.pop("sigma_l"), "sigma_r": parameters.pop("sigma_r")}
    double = DoubleCrystalBall(X, sigma=widths["sigma"], **parameters)
    values = dict(zip(NAMES, STARTS, strict=True))
    found = evaluate([asymmetric.log_density(), double.log_density()], values, {"": {"mass": ROWS}})
    np.testing.assert_allclose(found[0], found[1], rtol=1e-13)


def test_one_logarithm_an_event() -> None:
    density = AsymmetricCrystalBall(X, *(Parameter(n, v) for n, v in zip(NAMES, STARTS, strict=True)))
    operations = [node.op for node in walk([density.log_shape()]) if node.stage == Stage.EVENT]
    assert operations.count(Op.LOG) == 1
    assert len(operations) <= 27


@pytest.mark.parametrize(("name", "least"), [("sigma_l", 0), ("sigma_r", 0), ("alpha_l", 0), ("n_r", 1)])
def test_outside_its_domain(name: str, least: float) -> None:
    values = dict(zip(NAMES, STARTS, strict=True)) | {name: float(least)}
    with pytest.raises(ModelError, match=f"{name} is {least:g} at the start; it must be > {least:g}"):
        AsymmetricCrystalBall(X, **values)
