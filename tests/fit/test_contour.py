import numpy as np
import pytest

from morefit_py.errors import FitError
from morefit_py.fit.contour import contour
from morefit_py.fit.minimise import minimise

from .problems import counting, gauss_exp, outside_bounds, quadratic


def test_contour_of_a_parabola_is_its_ellipse():
    H = np.array([[4, 1.5, 0.5], [1.5, 2, -0.8], [0.5, -0.8, 3]])
    found = contour(quadratic(H, (1, 2, 3), (1, 2, 3)), (1, 2, 3), ("p2", "p0"), cl=0.9, points=16)
    covariance = np.linalg.inv(H)[np.ix_([2, 0], [2, 0])]
    away = found.points - [3, 1]
    rise = np.einsum("ki,ij,kj->k", away, np.linalg.inv(covariance), away)
    # The quantile of a chi-squared with two degrees of freedom.
    assert rise == pytest.approx(np.full(16, -2 * np.log(0.1)))
    assert found.notes == ()


def test_every_point_is_at_the_level():
    objective = gauss_exp(60, 80)
    best = minimise(objective)
    found = contour(objective, best.values, ("n_signal", "sigma"), points=8)
    for n_signal, sigma in found.points:
        start = {"n_signal": n_signal, "sigma": sigma}
        profile = minimise(objective.but(held=(0, 3)), start=best.values | start)
        assert profile.nll - best.nll == pytest.approx(-np.log(0.32), abs=1e-5)


def test_points_beyond_a_limit_lie_on_it():
    objective = quadratic(np.eye(2), (0, 0), (0, 0), (-0.5, -9), (9, 9))
    found = contour(objective, (0, 0), ("p0", "p1"), points=12)
    assert found.points[:, 0].min() == -0.5
    assert any("limit" in note for note in found.notes)


def test_bad_input():
    objective = outside_bounds()
    with pytest.raises(FitError, match="must be two different free"):
        contour(objective, objective.solution, ("p0", "p0"))
    with pytest.raises(FitError, match="p0 is at its limit"):
        contour(objective, objective.solution, ("p0", "p2"))
    with pytest.raises(FitError, match=r"cl = 1\.5 must be between"):
        contour(objective, objective.solution, ("p0", "p2"), cl=1.5)
    with pytest.raises(FitError, match="there is no parameter 't'"):
        contour(counting(), (0.0,), ("s", "t"))
