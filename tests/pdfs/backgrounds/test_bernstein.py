import numpy as np
import pytest
from scipy.interpolate import BPoly

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import Bernstein

X = Observable("x", -2.0, 3.0)


@pytest.mark.parametrize("order", [0, 1, 5])
def test_agrees_with_scipy(order: int) -> None:
    b = np.random.default_rng(order).uniform(0, 1, order + 1)
    density = Bernstein(X, tuple(Parameter(f"b{k}", value) for k, value in enumerate(b)))
    rows = np.linspace(-2.0, 3.0, 21)
    values = {f"b{k}": value for k, value in enumerate(b)}
    shape, integral = evaluate([density.shape(), density.integral()], values, {"": {"x": rows}})
    polynomial = BPoly(b[:, None], [-2.0, 3.0])
    np.testing.assert_allclose(np.broadcast_to(shape, rows.shape), polynomial(rows), rtol=1e-13)
    assert integral == pytest.approx(polynomial.integrate(-2.0, 3.0), rel=1e-13)


def test_without_coefficients_it_is_none() -> None:
    with pytest.raises(ModelError, match="bernstein: coefficients is empty; give at least one"):
        Bernstein(X, ())


def test_coefficients_are_not_negative() -> None:
    with pytest.raises(ModelError, match=r"bernstein: coefficients\[1\] is -1 at the start; it must be >= 0"):
        Bernstein(X, (1.0, -1.0))
    with pytest.raises(ModelError, match="lower limit -1 of parameter 'b'"):
        Bernstein(X, (1.0, Parameter("b", 1.0, (-1.0, 2.0))))
    assert Bernstein(X, (1.0, Parameter("b", 0.0, (0.0, 2.0)))).parameters
