import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from morefit_py.fit.trust_region import ball_step, box_step, change, newton_step

seeds = st.integers(0, 10_000)


def quadratic(seed, size, indefinite=True):
    rng = np.random.default_rng(seed)
    basis, _ = np.linalg.qr(rng.standard_normal((size, size)))
    values = rng.uniform(-1 if indefinite else 0.05, 2, size)
    return basis @ np.diag(values) @ basis.T, rng.standard_normal(size), rng


@given(seeds, st.integers(1, 8), st.sampled_from([1e-3, 0.3, 2.0, 50.0]))
def test_ball_step_meets_the_optimality_conditions(seed, size, radius):
    hessian, gradient, _ = quadratic(seed, size)
    step = ball_step(hessian, gradient, radius)
    length = np.linalg.norm(step)
    assert length <= radius * (1 + 1e-5)
    shift = -float(step @ (hessian @ step + gradient)) / length**2
    assert shift >= -1e-8
    assert np.linalg.norm(hessian @ step + shift * step + gradient) < 1e-4 * (1 + abs(shift) * radius)
    assert np.linalg.eigvalsh(hessian)[0] + shift >= -1e-6 * (1 + shift)
    assert shift < 1e-6 or length == pytest.approx(radius, rel=1e-4)


@pytest.mark.parametrize("tilt", [0.0, 1e-14])
def test_hard_case_moves_along_the_lowest_direction(tilt):
    hessian, gradient = np.diag([-1.0, 2.0, 3.0]), np.array([tilt, 1.0, 1.0])
    step = ball_step(hessian, gradient, 5.0)
    assert np.linalg.norm(step) == pytest.approx(5.0)
    assert step[1:] == pytest.approx([-1 / 3, -1 / 4], rel=1e-3)
    assert change(hessian, gradient, step) < -10


def test_saddle_without_gradient_is_left():
    step = ball_step(np.diag([-2.0, 1.0]), np.zeros(2), 1.0)
    assert abs(step[0]) == pytest.approx(1.0)


def test_flat_direction_is_not_walked_along():
    hessian = np.array([[1.0, 1.0], [1.0, 1.0]])
    step = ball_step(hessian, np.array([1.0, 1.0]), 100.0)
    assert step == pytest.approx([-0.5, -0.5])


def test_newton_step_refuses_what_is_not_positive_definite():
    assert newton_step(np.diag([1.0, -1.0]), np.ones(2)) is None
    assert newton_step(np.array([[1.0, 1.0], [1.0, 1.0]]), np.ones(2)) is None
    assert newton_step(np.diag([1.0, 1e-20]), np.ones(2)) == pytest.approx([-1.0, -1e20])


@given(seeds, st.integers(1, 7), st.sampled_from([0.5, 2.0, 30.0]), st.booleans())
def test_box_step_is_feasible_and_no_worse_than_the_projected_gradient(seed, size, radius, indefinite):
    hessian, gradient, rng = quadratic(seed, size, indefinite)
    lower = -rng.exponential(1.0, size) * rng.integers(0, 2, size)
    upper = rng.exponential(1.0, size) * rng.integers(0, 2, size)
    step = box_step(hessian, gradient, lower, upper, radius, newton_step(hessian, gradient))
    assert np.all(step >= lower)
    assert np.all(step <= upper)
    assert np.linalg.norm(step) <= radius * (1 + 1e-5)
    best = 0.0
    for length in np.geomspace(1e-4, 1, 30) * radius / np.linalg.norm(gradient):
        best = min(best, change(hessian, gradient, np.clip(-length * gradient, lower, upper)))
    assert change(hessian, gradient, step) <= 0.3 * best + 1e-12


def test_box_step_resolves_the_rest_after_a_hit():
    hessian = np.array([[2.0, 1.0], [1.0, 2.0]])
    step = box_step(hessian, np.array([4.0, 1.0]), np.array([-0.5, -9.0]), np.array([9.0, 9.0]), 1e3, None)
    assert step == pytest.approx([-0.5, -0.25])


def test_box_step_without_room_stays():
    zero = np.zeros(2)
    assert not box_step(np.eye(2), np.array([1.0, -1.0]), zero, zero, 1.0, None).any()
