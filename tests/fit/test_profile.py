import numpy as np
import pytest

from morefit_py.errors import FitError
from morefit_py.fit.minimise import minimise
from morefit_py.fit.problem import Tally
from morefit_py.fit.profile import profile, profiled

from .problems import gauss_exp, logarithm, outside_bounds, quadratic

H = np.array([[4, 1.5, 0.5], [1.5, 2, -0.8], [0.5, -0.8, 3]])


def test_profile_of_a_parabola_is_its_parabola():
    objective = quadratic(H, (1, 2, 3), (1, 2, 3))
    values = np.array([3.0, -1.0, 1.0, 0.5])
    found = profile(objective, "p0", values)
    variance = np.linalg.inv(H)[0, 0]
    assert found.nll == pytest.approx(0.5 * (values - 1) ** 2 / variance, abs=1e-9)
    assert found.valid.all()
    assert np.array_equal(found.theta[:, 0], values)
    # Where the ridge leads nothing is left to do.
    assert objective.count[2] <= len(values) + 2


def test_profile_against_separate_fits():
    objective = gauss_exp(100, 200)
    best = minimise(objective)
    values = best.values["sigma"] + best.errors["sigma"] * np.linspace(-3, 3, 7)
    found = profile(objective, "sigma", values, best.values)
    for value, nll, theta in zip(values, found.nll, found.theta, strict=True):
        separate = minimise(objective.but(held=(3,)), start={"sigma": value})
        assert nll == pytest.approx(separate.nll, abs=1e-7)
        assert theta == pytest.approx(list(separate.values.values()), rel=1e-3)


def test_slope_and_curvature_are_those_of_the_profile():
    objective = gauss_exp(100, 200)
    best = np.array(list(minimise(objective).values.values()))
    direction = np.array([0, 0, 0, 1.0, 0])

    def run(sigma):
        guess = best.copy()
        guess[3] = sigma
        return profiled(objective, guess, direction, direction != 0, 0.0, Tally())

    at, step = 0.33, 1e-4
    here, above, below = run(at), run(at + step), run(at - step)
    assert here.slope == pytest.approx((above.nll - below.nll) / (2 * step), rel=1e-5)
    assert here.curvature == pytest.approx((above.slope - below.slope) / (2 * step), rel=1e-4)
    assert here.ridge == pytest.approx((above.theta - below.theta) / (2 * step), rel=1e-2, abs=1e-6)


def test_others_at_their_limits_stay_there():
    objective = outside_bounds()
    found = profile(objective, "p2", [0.0, 2.0], objective.solution)
    assert found.valid.all()
    assert found.theta[:, 0].tolist() == [0.0, 0.0]


def test_value_without_an_nll_is_marked():
    found = profile(logarithm(start=5.0), "p0", [-1.0, 5.0])
    assert found.valid.tolist() == [False, True]
    assert found.nll[0] == np.inf


def test_profile_of_a_single_parameter():
    found = profile(quadratic([[2.0]], (1,), (1,)), "p0", [0.0, 3.0])
    assert found.nll.tolist() == [1.0, 4.0]


def test_bad_input():
    objective = gauss_exp(50, 50)
    with pytest.raises(FitError, match="did you mean 'mean'"):
        profile(objective, "meann", [5.0])
    with pytest.raises(FitError, match=r"inside its limits \[4, 6\]"):
        profile(objective, "mean", [3.0, 5.0])
