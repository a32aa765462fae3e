"""H^-1 D H^-1: matrices against NumPy, what stays of a picture, and how far a profile NLL rises."""

import numpy as np
import pytest

from morefit_py.errors import FitError
from morefit_py.fit.contour import contour
from morefit_py.fit.hesse import hesse
from morefit_py.fit.minimise import minimise
from morefit_py.fit.minos import minos
from morefit_py.fit.profile import profile
from morefit_py.fit.sandwich import Spread, corrected, sandwich

from .problems import flat, gauss_exp, quadratic

H = np.array([[2.0, 0.7, 0.1], [0.7, 3.0, -0.4], [0.1, -0.4, 1.5]])
D = np.array([[5.0, 1.0, -0.3], [1.0, 4.0, 0.6], [-0.3, 0.6, 2.5]])
C = np.linalg.inv(H) @ D @ np.linalg.inv(H)
SPREAD = Spread("made up", "errors are made up", lambda theta, hessian: D)


def parabola(**changes):
    return quadratic(H, (1.0, 2.0, 3.0), (1.0, 2.0, 3.0)).but(**changes)


def picture(objective):
    theta = np.array(objective.start)
    _, gradient, hessian = objective.evaluate(theta, 2)
    return hesse(objective, theta, gradient, hessian)


def test_the_matrix_is_the_product_whatever_the_units():
    np.testing.assert_allclose(sandwich(H, D), C, rtol=1e-13)
    unit = np.array([1e-9, 1.0, 1e7])
    scaled = sandwich(H * np.outer(unit, unit), D * np.outer(unit, unit))
    np.testing.assert_allclose(scaled * np.outer(unit, unit), C, rtol=1e-12)
    np.testing.assert_allclose(sandwich(H, H), np.linalg.inv(H), rtol=1e-13)


@pytest.mark.parametrize("hessian", [np.diag([1.0, -1.0]), np.diag([1.0, 0.0]), np.full((2, 2), np.nan)])
def test_what_is_no_minimum_has_no_covariance(hessian):
    with pytest.raises(FitError, match="not positive definite"):
        sandwich(hessian, np.eye(2))


def test_errors_and_correlations_are_those_of_the_covariance():
    found = corrected(picture(parabola()), D)
    np.testing.assert_allclose(found.covariance, C, rtol=1e-12)
    np.testing.assert_allclose(found.errors, np.sqrt(np.diag(C)), rtol=1e-12)
    np.testing.assert_allclose(found.correlation, C / np.outer(found.errors, found.errors), rtol=1e-12)
    together = np.sqrt(1.0 - 1.0 / (np.diag(C) * np.diag(np.linalg.inv(C))))
    np.testing.assert_allclose(found.global_correlation, together, rtol=1e-10)
    assert not found.covariance.flags.writeable


def test_what_makes_a_minimum_stays():
    objective = parabola()
    off = np.array(objective.start) + 0.01
    _, gradient, hessian = objective.evaluate(off, 2)
    before = hesse(objective, off, gradient, hessian)
    after = corrected(before, D)
    for name in ("edm", "condition", "positive_definite", "at_limit", "flat", "falling", "weakest"):
        assert getattr(after, name) == getattr(before, name)


def test_fixed_parameters_and_those_at_a_limit_are_constants():
    fixed = corrected(picture(parabola(held=(1,))), D)
    part = np.ix_([0, 2], [0, 2])
    expected = np.linalg.inv(H[part]) @ D[part] @ np.linalg.inv(H[part])
    np.testing.assert_allclose(fixed.covariance[part], expected, rtol=1e-12)
    assert fixed.errors[1] == 0.0
    assert not fixed.covariance[1].any()
    limited = corrected(picture(parabola(high=(np.inf, 2.0, np.inf))), D)
    np.testing.assert_allclose(limited.covariance[part], expected, rtol=1e-12)
    assert np.isnan(limited.errors[1])
    assert limited.at_limit == ("p1",)


def test_where_nothing_is_known_nothing_is_invented():
    objective = flat()
    result = minimise(objective, spread=Spread("any", "any", lambda theta, hessian: np.eye(len(theta))))
    plain = minimise(objective)
    assert not result.valid
    assert result.reasons == plain.reasons
    assert [np.isnan(error) for error in result.errors.values()] == [
        np.isnan(error) for error in plain.errors.values()
    ]


def test_a_spread_that_is_none_leaves_no_errors_and_says_so():
    broken = Spread("broken", "errors are broken", lambda theta, hessian: np.diag([1.0, -9.0, 1.0]))
    result = minimise(quadratic(np.eye(3), (0, 0, 0), (1, 1, 1)), spread=broken, minos=["p1"])
    assert result.valid
    assert result.errors["p0"] == pytest.approx(1.0)
    assert np.isnan(result.errors["p1"])
    assert np.isnan(result.asymmetric_errors["p1"]).all()
    assert "there are no errors of p1: the gradient's spread is not positive" in result.notes


def test_a_singular_spread_ties_parameters_together():
    score = np.array([1.0, 2.0, -1.0])
    found = corrected(picture(parabola()), np.outer(score, score))
    np.testing.assert_allclose(found.global_correlation, 1.0, atol=1e-6)


def test_a_result_says_what_its_errors_are():
    result = minimise(parabola(), spread=SPREAD)
    assert result.covariance_type == "made up"
    assert result.notes == ("errors are made up",)
    np.testing.assert_allclose(result.covariance, C, rtol=1e-9)
    plain = minimise(parabola())
    assert plain.covariance_type == "hesse"
    assert result.edm == plain.edm
    naive = minimise(parabola(), spread=Spread("hesse", "as they are"))
    np.testing.assert_array_equal(naive.covariance, plain.covariance)
    assert naive.notes == ("as they are",)


def test_minos_of_a_parabola_is_the_corrected_error():
    found = minos(parabola(), {}, spread=SPREAD)
    for name, error in zip(("p0", "p1", "p2"), np.sqrt(np.diag(C)), strict=True):
        assert found.errors[name] == pytest.approx((-error, error), rel=1e-6)
    assert any("ratio of the corrected to the plain variance" in note for note in found.notes)
    twice = minos(parabola(), {}, ["p1"], sigma=2.0, spread=SPREAD)
    assert twice.errors["p1"][1] == pytest.approx(2.0 * np.sqrt(C[1, 1]), rel=1e-6)


def test_minos_of_a_curved_nll_rises_as_the_variance_does():
    """The rise at the ends, by a profile fit on its own."""
    objective = gauss_exp(30, 50)
    best = minimise(objective)
    double = Spread("double", "", lambda theta, hessian: 2.0 * hessian)
    name = objective.parameters[0]
    low, high = minos(objective, best.values, [name], spread=double).errors[name]
    at = best.values[name]
    scan = profile(objective, name, [at + low, at + high], best.values, double)
    np.testing.assert_allclose(scan.nll - best.nll, 1.0, atol=5e-3)
    assert scan.up == pytest.approx(1.0, rel=1e-6)
    assert abs(low) != pytest.approx(high, rel=0.01)


def test_a_parameter_at_its_limit_keeps_a_side():
    found = minos(parabola(high=(np.inf, 2.0, np.inf)), {}, ["p1"], spread=SPREAD)
    assert found.errors["p1"][1] == 0.0
    # Nothing but p1 is held: along its ridge the variance is that without a limit.
    assert found.errors["p1"][0] == pytest.approx(-np.sqrt(C[1, 1]), rel=1e-6)


def test_a_profile_knows_its_rise_at_the_minimum_only():
    best = (1.0, 2.0, 3.0)
    up = profile(parabola(), "p1", [2.0], best, SPREAD).up
    assert up == pytest.approx(0.5 * C[1, 1] / np.linalg.inv(H)[1, 1], rel=1e-9)
    assert np.isnan(profile(parabola(), "p1", [2.0], None, SPREAD).up)
    assert profile(parabola(), "p1", [2.0], best).up == 0.5


def test_the_contour_of_a_parabola_is_the_ellipse_of_the_covariance():
    found = contour(parabola(), (1.0, 2.0, 3.0), ("p0", "p2"), cl=0.9, points=12, spread=SPREAD)
    away = found.points - [1.0, 3.0]
    inner = np.linalg.inv(C[np.ix_([0, 2], [0, 2])])
    height = np.einsum("ni,ij,nj->n", away, inner, away)
    np.testing.assert_allclose(height, -2.0 * np.log(0.1), rtol=1e-6)
    # Equally spaced on the circle it is the image of: no two points fall together.
    assert np.linalg.norm(away - np.roll(away, 1, axis=0), axis=1).min() > 0.1


def test_the_contour_of_no_covariance_is_refused():
    score = np.array([1.0, 0.0, 0.0])
    tied = Spread("tied", "", lambda theta, hessian: np.outer(score, score))
    with pytest.raises(FitError, match="the covariance of p0 and p1 is not positive definite"):
        contour(parabola(), (1.0, 2.0, 3.0), ("p0", "p1"), spread=tied)
