import pytest

from morefit_py.fit.minimisers.lbfgsb import minimise
from morefit_py.fit.minimum import Settings
from morefit_py.fit.start import pose

from .problems import gauss_exp, logarithm


def test_needs_first_derivatives_only_beyond_the_start():
    objective = gauss_exp(200, 200)
    minimum = minimise(pose(objective), Settings())
    assert minimum.converged
    assert objective.count[2] == 1
    assert objective.count[0] == 0
    assert minimum.hessian is None


def test_scaled_variables_keep_the_number_of_calls_small():
    objective = gauss_exp(20_000, 30_000)
    minimise(pose(objective), Settings())
    assert sum(objective.count) < 25


def test_turns_back_from_where_there_is_no_nll():
    minimum = minimise(pose(logarithm(start=1e-3)), Settings())
    assert minimum.theta == pytest.approx([5, 5], rel=5e-3)
