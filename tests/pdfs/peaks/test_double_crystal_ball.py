import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import CrystalBall, DoubleCrystalBall

from ..reference import log_crystal_ball

X = Observable("mass", 5000.0, 6000.0)
NAMES = ("mu", "sigma", "alpha_l", "n_l", "alpha_r", "n_r")
STARTS = (5280.0, 20.0, 1.3, 3.0, 1.8, 5.0)
PARAMETERS = tuple(Parameter(name, value) for name, value in zip(NAMES, STARTS, strict=True))
DENSITY = DoubleCrystalBall(X, *PARAMETERS)
ROWS = np.array([5000.5, 5253.9, 5270.0, 5400.0, 5999.0])


@pytest.mark.parametrize(
    "values",
    [
        STARTS,
        (5280, 20, 1.3, 1e4, 1.3, 1e4),
        (5280, 20, 1.3, 1 + 1e-9, 1.3, 1 + 1e-9),
        (5500, 20, 1.3, 3, 1.3, 3),
        (2000, 20, 1.3, 3, 1.1, 2),
        (9000, 20, 1.3, 300, 1.1, 2),
        (5500, 250, 2, 3, 2, 3),
        (4980, 20, 1, 3, 1, 3),
    ],
)
def test_log_density_holds_wherever_the_peak_is(values: tuple[float, ...]) -> None:
    found = evaluate([DENSITY.log_density()], dict(zip(NAMES, values, strict=True)), {"": {"mass": ROWS}})[0]
    mu, sigma, alpha_l, n_l, alpha_r, n_r = map(mp.mpf, values)
    exact = [
        float(log_crystal_ball(x, 5000, 6000, mu, sigma, alpha_l, n_l, right=(alpha_r, n_r))) for x in ROWS
    ]
    np.testing.assert_allclose(found, exact, rtol=1e-12, atol=1e-12)


def test_a_far_right_tail_leaves_the_single_one() -> None:
    single = CrystalBall(X, *PARAMETERS[:4])
    values = dict(zip(NAMES, (5280.0, 20.0, 1.3, 3.0, 30.0, 5.0), strict=True))
    found = evaluate([DENSITY.log_density(), single.log_density()], values, {"": {"mass": ROWS[:4]}})
    np.testing.assert_allclose(found[0], found[1], rtol=1e-13)


def test_symmetric_tails_have_symmetric_derivatives() -> None:
    # Both tails then weigh exactly the same, where a maximum has no derivative of its own.
    values = dict(zip(NAMES, (5500.0, 20.0, 1.3, 3.0, 1.3, 3.0), strict=True))
    gradient = derivatives(DENSITY.log_integral(), [param(p) for p in PARAMETERS]).gradient
    mu, _, alpha_l, n_l, alpha_r, n_r = evaluate(gradient, values)
    assert mu == pytest.approx(0.0, abs=1e-15)
    assert alpha_l == alpha_r
    assert n_l == n_r


def test_one_logarithm_an_event() -> None:
    operations = [node.op for node in walk([DENSITY.log_shape()]) if node.stage == Stage.EVENT]
    assert operations.count(Op.LOG) == 1
    assert len(operations) <= 18
