import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from morefit_py.fit.hesse import hesse

from .problems import bowl, flat, gauss_exp, quadratic, saddle, without_effect


def at(objective, theta):
    _, gradient, hessian = objective.evaluate(np.array(theta, dtype=float), 2)
    return hesse(objective, np.array(theta, dtype=float), gradient, hessian)


@given(st.integers(0, 1000), st.integers(1, 8))
def test_covariance_is_the_inverse_whatever_the_scales(seed, size):
    objective = bowl(1e16, size, seed)
    found = at(objective, objective.solution)
    hessian = objective.evaluate(np.array(objective.solution), 2)[2]
    identity = found.covariance @ hessian
    unit = found.errors
    assert identity / unit[:, None] * unit == pytest.approx(np.eye(size), abs=1e-8)
    assert found.edm == pytest.approx(0, abs=1e-12)
    assert found.positive_definite
    assert found.condition < 1e4
    assert np.array_equal(found.correlation.diagonal(), np.ones(size))
    assert not found.covariance.flags.writeable


def test_edm_is_what_is_left_to_gain():
    objective = bowl(1e10)
    theta = np.array(objective.solution) * (1 + 1e-3)
    gain = objective.evaluate(theta, 0)[0] - objective.evaluate(np.array(objective.solution), 0)[0]
    assert at(objective, theta).edm == pytest.approx(gain, rel=1e-3)


def test_global_correlation_of_two():
    found = at(quadratic(np.linalg.inv([[4, 1.2], [1.2, 1]]), (0, 0), (0, 0)), (0, 0))
    assert found.errors == pytest.approx([2, 1])
    assert found.correlation[0, 1] == pytest.approx(0.6)
    assert found.global_correlation == pytest.approx([0.6, 0.6])


def test_fixed_parameters_are_constants():
    objective = gauss_exp(100, 100).but(held=(2,))
    found = at(objective, objective.initial)
    assert found.errors[2] == 0
    assert not found.covariance[2].any()
    assert not found.correlation[:, 2].any()


def test_parameter_at_its_limit_has_no_error_and_the_rest_is_conditional():
    H = np.array([[4, 1], [1, 2.0]])
    objective = quadratic(H, (-1, 3), (1, 1), (0, -9), (9, 9))
    found = at(objective, (0.0, 2.5))
    assert found.at_limit == ("p0",)
    assert np.isnan(found.errors[0])
    assert found.errors[1] == pytest.approx(np.sqrt(1 / 2))
    assert not found.covariance[0].any()
    assert found.edm == pytest.approx(0, abs=1e-12)


def test_almost_at_the_limit_counts_what_is_left_to_gain():
    objective = quadratic([[1.0]], (-2,), (1,), (0,), (9,))
    found = at(objective, (1e-5,))
    assert found.at_limit == ("p0",)
    assert found.edm == pytest.approx(2e-5, rel=1e-3)
    assert at(objective, (1e-2,)).at_limit == ()


def test_pushed_off_a_limit_is_not_at_it():
    objective = quadratic([[1.0]], (2,), (1,), (0,), (9,))
    found = at(objective, (0.0,))
    assert found.at_limit == ()
    assert found.edm == pytest.approx(2.0)


def test_minimum_just_inside_a_limit_keeps_its_error():
    found = at(quadratic([[1.0]], (1e-3,), (1,), (0,), (9,)), (1e-3,))
    assert found.at_limit == ()
    assert found.errors == pytest.approx([1.0])


def test_all_parameters_at_limits():
    found = at(quadratic(np.eye(2), (-2, -3), (1, 1), (0, 0), (9, 9)), (0.0, 0.0))
    assert found.at_limit == ("p0", "p1")
    assert found.positive_definite
    assert found.edm == 0.0


def test_flat_direction_is_named_and_the_rest_keeps_its_error():
    found = at(flat(), (1.5, 1.5, 3.0))
    assert not found.positive_definite
    assert found.flat == ("a", "b")
    assert found.edm == np.inf
    assert np.isnan(found.errors[:2]).all()
    assert found.errors[2] == pytest.approx(0.5)
    assert at(without_effect(), (1.0, 0.0)).flat == ("idle",)


def test_negative_curvature_is_named():
    found = at(saddle(), (0.0, 0.0))
    assert not found.positive_definite
    assert "p0" in found.falling
    assert found.edm == np.inf
