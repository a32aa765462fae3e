import numpy as np
import pytest

from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import Exponential

X = Observable("x", 0.0, 10.0)
SLOPE = Parameter("slope", 0.0)
ROWS = np.array([0.0, 1.0, 5.0, 10.0])


def _values(slope: float) -> list[np.ndarray]:
    root = Exponential(X, SLOPE).log_density()
    found = derivatives(root, [param(SLOPE)], order=2)
    values = evaluate([root, found.gradient[0], found.hessian[0, 0]], {"slope": slope}, {"": {"x": ROWS}})
    return [np.broadcast_to(value, ROWS.shape) for value in values]


def test_flat_is_a_point_like_any_other() -> None:
    value, gradient, hessian = _values(0.0)
    np.testing.assert_allclose(value, np.log(0.1))
    # x minus its mean, and minus its variance.
    np.testing.assert_allclose(gradient, ROWS - 5.0, atol=1e-14)
    np.testing.assert_allclose(hessian, -100.0 / 12.0)


@pytest.mark.parametrize("slope", [1e-14, 1e-6, 0.02, 0.03, 1.0])
def test_either_slope_mirrors_the_other(slope: float) -> None:
    up, down = _values(slope), _values(-slope)
    mirrored = evaluate([Exponential(X, SLOPE).log_density()], {"slope": -slope}, {"": {"x": 10.0 - ROWS}})[0]
    np.testing.assert_allclose(up[0], mirrored, rtol=1e-13)
    np.testing.assert_allclose(up[1], ROWS - _mean(slope), atol=1e-7)
    np.testing.assert_allclose(up[2], down[2], rtol=1e-12)


def _mean(slope: float) -> float:
    x = np.linspace(0, 10, 200_001)
    weight = np.exp(slope * (x - 10.0))
    return float(np.trapezoid(x * weight, x) / np.trapezoid(weight, x))


@pytest.mark.parametrize("slope", [-1e4, 1e4])
def test_steep_slopes_do_not_overflow(slope: float) -> None:
    value, gradient, hessian = _values(slope)
    edge = 0 if slope < 0 else 3
    assert value[edge] == pytest.approx(np.log(abs(slope)))
    assert np.all(np.isfinite(gradient))
    assert hessian[0] == pytest.approx(-(slope**-2))
