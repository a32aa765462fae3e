import numpy as np
import pytest

from morefit_py.fit.crossing import crossing
from morefit_py.fit.problem import Tally
from morefit_py.fit.profile import profiled

from .problems import Function, logarithm, quadratic


def cross(objective, direction, level=0.5, start=None):
    direction = np.array(direction, dtype=float)
    held = direction != 0
    theta = objective.initial if start is None else np.array(start)
    tally = Tally()
    minimum = profiled(objective, theta, direction, held, 0.0, tally)
    return crossing(objective, minimum, direction, held, level, tally)


def one(value, first, second, start=0.0, **limits):
    return Function(
        lambda x: (value(x[0]), np.array([first(x[0])]), np.array([[second(x[0])]])), (start,), **limits
    )


def test_parabola_takes_one_fit():
    found = cross(quadratic([[2, 1], [1, 3]], (0, 0), (0, 0)), (1, 0), level=2.0)
    assert found.outcome == "found"
    assert found.fits == 1
    assert found.distance == pytest.approx(2 * np.sqrt(np.linalg.inv([[2, 1], [1, 3]])[0, 0]))


def test_skewed_function_takes_a_few_fits_and_is_exact():
    found = cross(one(lambda x: np.exp(x) - x, lambda x: np.exp(x) - 1, np.exp), (1,))
    assert found.outcome == "found"
    assert found.fits <= 4
    assert np.exp(found.distance) - found.distance == pytest.approx(1.5, abs=1e-8)
    below = cross(one(lambda x: np.exp(x) - x, lambda x: np.exp(x) - 1, np.exp), (-1,), level=4.5)
    assert np.exp(-below.distance) + below.distance == pytest.approx(5.5, abs=1e-7)


def test_limit_comes_first():
    found = cross(quadratic([[1.0]], (0,), (0,), (-0.5,), (9,)), (-1,))
    assert (found.outcome, found.distance) == ("limit", 0.5)
    found = cross(quadratic([[1.0]], (0,), (0,), (0,), (9,)), (-1,))
    assert (found.outcome, found.distance) == ("limit", 0.0)


def test_limit_beyond_the_crossing_does_not_matter():
    found = cross(quadratic([[1.0]], (0,), (0,), (-1.01,), (9,)), (-1,))
    assert found.distance == pytest.approx(1.0)


def test_from_a_limit_the_slope_leads():
    # At the limit of a parabola centred at -2 the rise is 2 t + t^2 / 2.
    found = cross(quadratic([[1.0]], (-2,), (0,), (0,), (9,)), (1,))
    assert found.distance == pytest.approx(np.sqrt(5) - 2)


def test_level_that_is_never_reached():
    def first(x):
        return 0.6 * np.tanh(x) * (1 - np.tanh(x) ** 2)

    def second(x):
        return 0.6 * (1 - np.tanh(x) ** 2) * (1 - 3 * np.tanh(x) ** 2)

    found = cross(one(lambda x: 0.3 * np.tanh(x) ** 2, first, second), (1,))
    assert (found.outcome, found.distance) == ("open", np.inf)


def test_edge_of_the_nll_is_approached():
    found = cross(logarithm(start=5.0), (-1, 0), level=4.0)
    assert found.outcome == "found"
    x = 5 - found.distance
    assert (x - 5 * np.log(x)) - (5 - 5 * np.log(5)) == pytest.approx(4, abs=1e-6)


def test_lower_minimum_is_found():
    def well(x):
        return 0.3 * (x * x - 1) ** 2 - 0.2 * x

    found = cross(
        one(well, lambda x: 1.2 * x * (x * x - 1) - 0.2, lambda x: 1.2 * (3 * x * x - 1), -0.9), (1,)
    )
    assert found.outcome == "deeper"
    assert well(found.theta[0]) < well(-0.9)


def test_level_next_to_a_cliff():
    def value(x):
        return 0.5 * x * x if x < 0.9 else np.inf

    found = cross(one(value, lambda x: x, lambda x: 1.0), (1,))
    assert found.outcome == "failed"
