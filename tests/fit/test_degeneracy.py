import numpy as np

from morefit_py.fit.degeneracy import vanishing
from morefit_py.fit.hesse import hesse
from morefit_py.fit.minimum import Minimum
from morefit_py.fit.problem import Tally

from .problems import quadratic, valley


def ask(objective, theta):
    theta, tally = np.array(theta), Tally()
    nll, gradient, hessian = objective.evaluate(theta, 2)
    picture = hesse(objective, theta, gradient, hessian)
    return vanishing(objective, Minimum(theta, nll, gradient, hessian, {}, True, ""), picture, tally), tally


def test_curvature_of_a_curved_valley_vanishes():
    # A little on the side of the bottom where the Hessian is positive definite.
    names, tally = ask(valley(), (2.0, 0.5 * (1 - 1e-6)))
    assert names == ("p0", "p1")
    assert tally.total == 1


def test_strong_correlation_is_real():
    objective = quadratic([[1, 0.99999], [0.99999, 1]], (1, 2), (1, 2))
    names, tally = ask(objective, (1 + 1e-4, 2.0))
    assert names == ()
    assert tally.total == 1


def test_nothing_is_spent_on_ordinary_fits():
    names, tally = ask(quadratic([[1, 0.9], [0.9, 1]], (1, 2), (1, 2)), (1 + 1e-4, 2.0))
    assert names == ()
    assert tally.total == 0
