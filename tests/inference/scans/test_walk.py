"""Profile fits at many points of problems whose profile is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from morefit_py.inference.scans.walk import Walk
from morefit_py.model.progress import Bar
from tests.fit.problems import Function, bowl, rosenbrock


def walk(problem: Function, held: list[int], theta: np.ndarray, unit: list[float]) -> Walk:
    found = Walk(problem, np.array(held), np.array(unit), 0.0)
    found.begin(theta)
    return found


def bar(size: int) -> Bar:
    return Bar("scan", size, False)


def test_the_profile_of_a_quadratic_is_quadratic() -> None:
    problem = bowl(condition=1e4)
    centre = np.array(problem.solution)
    lowest, _, hessian = problem.evaluate(centre, 2)
    covariance = np.linalg.inv(hessian)[np.ix_([1, 4], [1, 4])]
    unit = np.sqrt(np.diag(covariance))
    steps = np.random.default_rng(1).normal(size=(40, 2)) * 3.0 * unit
    found = walk(problem, [1, 4], centre, unit.tolist())
    nll, theta, valid = found.over(centre[[1, 4]] + steps, bar(40))
    assert valid.all()
    expected = 0.5 * np.sum(steps @ np.linalg.inv(covariance) * steps, axis=1)
    assert nll - lowest == pytest.approx(expected, rel=1e-6, abs=1e-6)
    assert theta[:, [1, 4]] == pytest.approx(centre[[1, 4]] + steps)


def test_a_curved_valley_is_followed() -> None:
    problem = rosenbrock(2)
    points = np.linspace(-1.5, 2.5, 41)[:, None]
    found = walk(problem, [0], np.ones(2), [0.3])
    nll, theta, valid = found.over(points, bar(41))
    assert valid.all()
    assert theta[:, 1] == pytest.approx(points[:, 0] ** 2, abs=1e-4)
    assert nll == pytest.approx((1.0 - points[:, 0]) ** 2, abs=1e-4)


def test_few_evaluations_are_needed() -> None:
    """From a neighbour's prediction a quadratic needs one look, and one more at the neighbour."""
    problem = bowl(condition=1e4).but()
    centre = np.array(problem.solution)
    unit = np.sqrt(np.linalg.inv(problem.evaluate(centre, 2)[2])[1, 1])
    problem = problem.but()
    found = walk(problem, [1], centre, [unit])
    found.over(centre[1] + unit * np.linspace(-2, 2, 20)[:, None], bar(20))
    assert sum(problem.count) <= 3 * 20


def test_points_that_fail_are_marked_and_leave_others_alone() -> None:
    def of(x: np.ndarray) -> Any:
        # No likelihood between 2 and 3 of the first parameter.
        value = np.nan if 2.0 < x[0] < 3.0 else 0.5 * np.sum(x**2)
        return value, x.copy(), np.eye(2)

    problem = Function(of, (0.0, 0.0))
    found = walk(problem, [0], np.zeros(2), [1.0])
    told = bar(4)
    nll, _, valid = found.over(np.array([[1.0], [2.5], [4.0], [0.0]]), told)
    assert valid.tolist() == [True, False, True, True]
    assert np.isnan(nll[1])
    assert nll[[0, 2, 3]] == pytest.approx([0.5, 8.0, 0.0])
    assert told.done == 4


def test_parameters_at_limits_stay_there() -> None:
    def of(x: np.ndarray) -> Any:
        # The second follows the first, as far as it may.
        return 0.5 * x[0] ** 2 + 2.0 * (x[1] - x[0]) ** 2, *derivatives(x)

    def derivatives(x: np.ndarray) -> Any:
        d = x[1] - x[0]
        return np.array([x[0] - 4 * d, 4 * d]), np.array([[5.0, -4.0], [-4.0, 4.0]])

    problem = Function(of, (0.0, 0.0), low=(-9.0, -1.0), high=(9.0, 1.0))
    found = walk(problem, [0], np.zeros(2), [1.0])
    points = np.array([[0.5], [1.0], [2.0], [3.0]])
    nll, theta, valid = found.over(points, bar(4))
    assert valid.all()
    assert theta[:, 1] == pytest.approx([0.5, 1.0, 1.0, 1.0], abs=1e-6)
    assert nll == pytest.approx([0.125, 0.5, 2.0 + 2.0, 4.5 + 8.0], abs=1e-6)
