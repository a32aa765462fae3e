import numpy as np
import pytest

from morefit_py.fit.descent import descend
from morefit_py.fit.start import pose

from .problems import HOPELESS, SOLVED, Function, bowl, gauss_exp, quadratic, rosenbrock, saddle


def search(objective, tol=1e-10, most=200):
    """Runs the search to its end; returns the descent and the number of evaluations."""
    problem = pose(objective)
    talk = descend(problem.start, problem.first, problem.lower, problem.upper, tol, problem.offset)
    try:
        trial = next(talk)
        for _ in range(most):
            trial = talk.send(problem.evaluate(trial, 2))
    except StopIteration as end:
        return end.value, problem.tally.total
    raise AssertionError("no end")


@pytest.mark.parametrize("problem", SOLVED)
def test_precision_is_far_below_the_errors(problem):
    found, _ = search(SOLVED[problem]())
    assert found.converged
    assert found.edm < 1e-10


def test_ends_before_the_first_step_at_a_minimum():
    objective = bowl().but(start=bowl().solution)
    problem = pose(objective)
    talk = descend(problem.start, problem.first, problem.lower, problem.upper, 1e-10, problem.offset)
    with pytest.raises(StopIteration) as end:
        next(talk)
    assert end.value.value.converged


def test_all_trial_points_are_inside_the_limits():
    objective = gauss_exp(200, 300, off=1.5)
    inside = []
    plain = objective.of

    def watched(theta):
        inside.append(np.all((theta >= objective.lower) & (theta <= objective.upper)))
        return plain(theta)

    search(objective.but(of=watched))
    assert all(inside)


def test_exact_saddle_is_left():
    found, _ = search(saddle())
    assert found.converged
    assert abs(found.x[0]) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("problem", HOPELESS)
def test_flat_direction_is_the_reason_to_stop(problem):
    found, calls = search(HOPELESS[problem]())
    assert not found.converged
    assert "flat" in found.message
    assert calls < 10


@pytest.mark.parametrize("noise", [1e-9, 1e-6, 1e-3])
def test_noise_of_the_nll_does_not_keep_it_from_the_minimum(noise):
    rng = np.random.default_rng(1)
    plain = rosenbrock(4)

    def noisy(theta):
        value, gradient, hessian = plain.of(theta)
        return value + noise * rng.standard_normal(), gradient, hessian

    found, calls = search(plain.but(of=noisy, start=(0.8, 0.7, 0.6, 0.5)))
    assert found.converged
    assert found.edm < 1e-8
    assert calls < 60


def test_noise_of_the_gradient_ends_at_the_numerical_minimum():
    rng = np.random.default_rng(2)
    plain = bowl(1e4)

    def noisy(theta):
        value, gradient, hessian = plain.of(theta)
        return value, gradient + 1e-4 * np.sqrt(hessian.diagonal()) * rng.standard_normal(6), hessian

    found, calls = search(plain.but(of=noisy))
    assert found.converged
    assert found.edm < 1e-4
    assert "precision" in found.message or "no step" in found.message
    assert calls < 30


def test_wrong_derivatives_are_not_called_converged():
    plain = quadratic([[2, 0.5], [0.5, 1]], (0, 0), (1, 1))

    def wrong(theta):
        value, gradient, hessian = plain.of(theta)
        return value, -gradient, hessian

    found, _ = search(plain.but(of=wrong))
    assert not found.converged


def test_corner_of_the_limits_has_nothing_left_to_move():
    found, _ = search(quadratic([[1, 0], [0, 1]], (-3, -3), (1, 1), (0, 0), (5, 5)))
    assert found.converged
    assert not found.x.any()


def test_leaves_a_limit_when_the_gradient_turns():
    # The first steps run into the limit of x, where the narrow valley has not yet turned.
    found, _ = search(rosenbrock(2).but(low=(-1.5, -1), high=(1.5, 2), start=(-1.5, 2.0)))
    assert found.x == pytest.approx([1, 1], abs=1e-4)


def test_quartic_minimum_without_curvature_is_approached():
    def of(x):
        return x[0] ** 4, 4 * x**3, np.array([[12 * x[0] ** 2]])

    found, _ = search(Function(of, (2.0,)))
    assert found.converged


def test_unbounded_nll_ends():
    def of(x):
        return -x[0], np.array([-1.0]), np.zeros((1, 1))

    problem = pose(Function(of, (1.0,)))
    talk = descend(problem.start, problem.first, problem.lower, problem.upper, 1e-10, problem.offset)
    trial = next(talk)
    for _ in range(50):
        trial = talk.send(problem.evaluate(trial, 2))
    assert trial[0] > 1e6
