import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import ExpGaussExp, GaussExp

from .oracle import around, assert_exact

X = Observable("mass", 5000.0, 6000.0)
VALUES = {"mu": 5280.0, "sigma_l": 15.0, "sigma_r": 25.0, "alpha_l": 1.3, "alpha_r": 0.8}
ROWS = np.array([5000.5, 5253.9, 5270.0, 5400.0, 5999.0])


def _side(t: mp.mpf, alpha: mp.mpf) -> mp.mpf:
    return mp.exp(-(t**2) / 2) if t > -alpha else mp.exp(alpha**2 / 2 + alpha * t)


@pytest.mark.parametrize(
    "values",
    [
        (5280, 15, 25, 1.3, 0.8),
        (5280, 2, 1, 0.01, 1),
        (4700, 20, 30, 1.3, 1),
        (6500, 20, 20, 1, 2),
        (5500, 900, 700, 1, 2),
        (5000, 20, 20, 1, 2),
    ],
)
def test_log_density_holds_wherever_the_peak_is(values: tuple[float, ...]) -> None:
    mu, sigma_l, sigma_r, alpha_l, alpha_r = (mp.mpf(value) for value in values)

    def shape(x: mp.mpf) -> mp.mpf:
        return _side((x - mu) / sigma_l, alpha_l) if x < mu else _side((mu - x) / sigma_r, alpha_r)

    def cuts() -> list[mp.mpf]:
        return around(mu, sigma_l, sigma_r) + around(mu, alpha_l * sigma_l, alpha_r * sigma_r)

    assert_exact(ExpGaussExp(X, *map(float, values)), shape, cuts, ROWS)


def test_a_far_right_tail_leaves_the_single_one() -> None:
    pair = ExpGaussExp(X, 5280.0, 20.0, 20.0, 1.3, 30.0), GaussExp(X, 5280.0, 20.0, 1.3)
    found = evaluate([density.log_density() for density in pair], {}, {"": {"mass": ROWS[:4]}})
    np.testing.assert_allclose(found[0], found[1], rtol=1e-13)


def test_no_function_an_event_in_its_logarithm() -> None:
    density = ExpGaussExp(X, *(Parameter(name, value) for name, value in VALUES.items()))
    operations = {node.op for node in walk([density.log_shape()]) if node.stage == Stage.EVENT}
    assert operations <= {Op.ADD, Op.MUL, Op.IPOW, Op.LT, Op.SELECT}


@pytest.mark.parametrize("name", ["sigma_l", "sigma_r", "alpha_l", "alpha_r"])
def test_outside_its_domain(name: str) -> None:
    with pytest.raises(ModelError, match=f"exp_gauss_exp: {name} is 0 at the start; it must be > 0"):
        ExpGaussExp(X, **(VALUES | {name: 0.0}))
