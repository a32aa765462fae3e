import numpy as np
from scipy.special import wrightomega

from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.parts.wright_omega import wright_omega

X = Parameter("x", 0.0)
POINTS = np.concatenate([np.linspace(-99.0, 50.0, 1001), np.logspace(1.0, 15.0, 100)])[:, None]


def test_agrees_with_scipy() -> None:
    found = evaluate([wright_omega(X)], {"x": POINTS})[0]
    np.testing.assert_allclose(found, wrightomega(POINTS), rtol=1e-14)


def test_derivatives_are_those_of_the_solution() -> None:
    points = POINTS[POINTS[:, 0] < 1e3]
    found = derivatives(wright_omega(X), [param(X)], order=2)
    first, second = evaluate([found.gradient[0], found.hessian[0, 0]], {"x": points})
    omega = wrightomega(points)
    np.testing.assert_allclose(first, omega / (1 + omega), rtol=1e-14)
    np.testing.assert_allclose(second, omega / (1 + omega) ** 3, rtol=1e-12)


def test_far_below_it_stays_finite() -> None:
    values = evaluate([wright_omega(X)], {"x": np.array([[-1e300], [-1e3], [-101.0]])})[0]
    np.testing.assert_allclose(values, np.exp(-100.0), rtol=1e-14)
