import numpy as np
import pytest

from morefit_py.fit.problem import Progress, StopError, finite, restricted
from morefit_py.fit.start import pose

from .problems import gauss_exp, quadratic

BOWL = quadratic([[2, 0, 0], [0, 1, 0], [0, 0, 4]], (1, 2, 3), (0, 0, 0), held=(1,))


def test_evaluations_are_offset_restricted_and_counted():
    problem = pose(BOWL.but())
    value, gradient, hessian = problem.evaluate(np.array([1.0, 3.0]), 1)
    assert value == pytest.approx(-19.0)
    assert gradient.tolist() == [0.0, 0.0]
    assert hessian is None
    problem.evaluate(np.array([1.0, 3.0]), 0)
    assert problem.tally.calls() == {"value": 1, "gradient": 1, "hessian": 1}
    assert problem.tally.seconds > 0


def test_best_point_is_remembered_and_nan_is_not_it():
    problem = pose(gauss_exp(50, 50))
    worse, better = problem.start * 1.3, problem.start * np.array([0.95, 1.05, 1, 1, 1])
    for x in (better, worse):
        problem.evaluate(x, 0)
    assert problem.tally.best.tolist() == better.tolist()
    problem.evaluate(np.full(5, np.nan), 0)
    assert problem.tally.best.tolist() == better.tolist()


def test_no_warning_from_a_bad_point_escapes():
    value, _, _ = pose(gauss_exp(50, 50)).evaluate(np.array([-1e5, -1e5, 5, 0.0, 0.0]), 2)
    assert not np.isfinite(value)


def test_budget_ends_the_fit():
    problem = pose(BOWL.but(), max_calls=2)
    problem.evaluate(problem.start, 0)
    with pytest.raises(StopError, match="limit of 2 calls"):
        problem.evaluate(problem.start, 0)


def test_progress_is_told_and_can_end_the_fit():
    told: list[Progress] = []

    def progress(now):
        told.append(now)
        return len(told) == 2

    problem = pose(BOWL.but(), progress=progress)
    problem.evaluate(np.array([1.0, 3.0]), 2)
    with pytest.raises(StopError, match="callback"):
        problem.evaluate(np.array([5.0, 3.0]), 2)
    assert [now.calls for now in told] == [2, 3]
    assert told[1].nll == pytest.approx(18.0)
    assert told[1].lowest == pytest.approx(2.0)
    assert told[0].seconds >= 0


def test_minimum_has_all_parameters():
    problem = pose(BOWL.but())
    x = np.array([1.0, 3.0])
    minimum = problem.minimum(x, problem.evaluate(x, 2), True, "done")
    assert minimum.theta.tolist() == [1, 0, 3]
    assert minimum.nll == pytest.approx(2.0)
    assert minimum.gradient.tolist() == [0, 0, 0]
    assert minimum.hessian.tolist() == [[2, 0, 0], [0, 0, 0], [0, 0, 4]]


def test_at_adds_the_exact_derivatives():
    problem = pose(BOWL.but())
    bare = problem.minimum(np.array([2.0, 3.0]), (0.0, None, None), True, "")
    whole = problem.at(bare)
    assert whole.gradient.tolist() == [2, 0, 0]
    assert whole.nll == pytest.approx(3.0)


def test_restart_keeps_the_tally_and_is_offset_where_it_starts():
    problem = pose(BOWL.but())
    lowest = problem.tally.lowest + problem.offset
    again = problem.restarted(np.array([1.0, 0.0, 3.0]))
    assert again.first[0] == 0.0
    assert problem.offset - again.offset == pytest.approx(19.0)
    assert again.tally is problem.tally
    assert again.tally.total == 2
    assert again.tally.lowest + again.offset == lowest


def test_restricted_and_finite():
    whole = (3.0, np.arange(3.0), np.eye(3))
    value, gradient, hessian = restricted(whole, np.array([0, 2]), 1.0)
    assert (value, gradient.tolist(), hessian.tolist()) == (2.0, [0, 2], [[1, 0], [0, 1]])
    assert finite(whole)
    assert not finite((np.inf, *whole[1:]))
    assert not finite((0.0, np.array([np.nan]), np.eye(1)))
    assert not finite((0.0, np.zeros(1), np.array([[np.inf]])))
    assert not finite((0.0, np.zeros(1), None))
