import numpy as np
import pytest

from morefit_py.fit.minimisers.newton import minimise
from morefit_py.fit.minimum import Settings
from morefit_py.fit.start import pose

from .problems import bowl, crystal_ball_chebyshev, falling_spectrum, gauss_exp


def fit(objective):
    problem = pose(objective)
    return minimise(problem, Settings()), problem.tally


@pytest.mark.parametrize("off", [0.9, 1.1])
@pytest.mark.parametrize("yields", [(30, 50), (300, 3000), (20_000, 10_000)])
def test_gaussian_and_exponential_in_ten_evaluations(off, yields):
    minimum, tally = fit(gauss_exp(*yields, off=off))
    assert minimum.converged
    assert tally.total <= 10


@pytest.mark.parametrize("off", [0.9, 1.1])
def test_crystal_ball_and_chebyshev_in_ten_evaluations(off):
    # The exponents of the tails are fixed, as they are in fits of data.
    minimum, tally = fit(crystal_ball_chebyshev(2000, 1000, off=off).but(held=(6, 7)))
    assert minimum.converged
    assert tally.total <= 10


def test_crystal_ball_with_free_exponents_converges():
    minimum, tally = fit(crystal_ball_chebyshev(1000, 200))
    assert minimum.converged
    assert tally.total <= 25


def test_magnitudes_far_apart():
    minimum, tally = fit(falling_spectrum())
    assert minimum.theta == pytest.approx([75_000, 0.03], rel=1e-9)
    assert tally.total <= 10


def test_raw_condition_number_does_not_matter():
    minimum, tally = fit(bowl(1e16))
    assert minimum.converged
    assert tally.total <= 5


def test_one_second_order_call_per_point_and_nothing_else():
    objective = gauss_exp(100, 100)
    minimum, tally = fit(objective)
    assert objective.count == [0, 0, tally.total]
    assert minimum.calls == {"value": 0, "gradient": 0, "hessian": tally.total}


def test_reported_minimum_is_exact_and_without_offset():
    objective = gauss_exp(100, 100).but(held=(4,))
    minimum, _ = fit(objective)
    value, gradient, hessian = objective.evaluate(minimum.theta, 2)
    free = [0, 1, 2, 3]
    assert minimum.nll == pytest.approx(value, abs=1e-9)
    assert np.array_equal(minimum.gradient[free], gradient[free])
    assert np.array_equal(minimum.hessian[np.ix_(free, free)], hessian[np.ix_(free, free)])
    assert minimum.gradient[4] == 0
    assert not minimum.hessian[4].any()
