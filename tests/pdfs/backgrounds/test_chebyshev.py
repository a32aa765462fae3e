import numpy as np
import pytest

from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import Chebyshev

X = Observable("x", 100.0, 160.0)


@pytest.mark.parametrize("order", [1, 3, 16])
def test_agrees_with_numpy(order: int) -> None:
    c = np.random.default_rng(order).uniform(-1, 1, order) / (2 * order)
    density = Chebyshev(X, tuple(Parameter(f"c{k}", value) for k, value in enumerate(c)))
    rows = np.linspace(100.0, 160.0, 21)
    values = {f"c{k}": value for k, value in enumerate(c)}
    shape, integral = evaluate([density.shape(), density.integral()], values, {"": {"x": rows}})
    series = np.polynomial.Chebyshev([1.0, *c], domain=[100.0, 160.0])
    np.testing.assert_allclose(shape, series(rows), rtol=1e-13)
    whole = series.integ()
    assert integral == pytest.approx(whole(160.0) - whole(100.0), rel=1e-13)


def test_polynomials_are_computed_once_per_data_set() -> None:
    density = Chebyshev(X, tuple(Parameter(f"c{k}", 0.1) for k in range(4)))
    event = [node for node in walk([density.shape()]) if node.stage == Stage.EVENT]
    # One product and one sum a coefficient; the polynomials themselves are columns.
    assert sorted(node.op.text for node in event) == ["add"] * 4 + ["mul"] * 4
    assert all(node.op is not Op.POW for node in walk([density.shape()]))


def test_no_coefficients_are_uniform() -> None:
    assert evaluate([Chebyshev(X, ()).density()], {}) == [pytest.approx(1 / 60)]
