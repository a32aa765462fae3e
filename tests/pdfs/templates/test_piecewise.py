"""Piecewise polynomials."""

import numpy as np

from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.templates.piecewise import Piecewise

X = Observable("x", 0.0, 5.0)
# 1 + 2 t below 2, 3 + t^2 above, t measured from the knot.
CURVE = Piecewise(np.array([0.0, 2.0, 5.0]), np.array([[1.0, 3.0], [2.0, 0.0], [0.0, 1.0]]))


def at(node: object, *x: float) -> list[float]:
    return list(evaluate([node], {}, {"": {"x": np.array(x)}})[0])  # type: ignore[list-item]


def test_value_and_integral() -> None:
    assert at(CURVE.value(X), 0.0, 1.0, 2.0, 4.0) == [1.0, 3.0, 3.0, 7.0]
    assert at(CURVE.content(X), 0.0, 1.0, 2.0, 3.0, 5.0) == [
        0.0,
        2.0,
        6.0,
        6.0 + 3.0 + 1 / 3,
        6.0 + 9.0 + 9.0,
    ]


def test_beyond_the_ends_nothing_is_added() -> None:
    assert at(CURVE.content(X - 10.0), 0.0) == [0.0]
    assert at(CURVE.content(X + 10.0), 0.0) == [24.0]


def test_the_derivative_of_the_integral_is_the_value() -> None:
    slope = derivatives(CURVE.content(X), [X.node]).gradient[0]
    points = (0.5, 1.7, 2.5, 4.5)
    np.testing.assert_allclose(at(slope, *points), at(CURVE.value(X), *points), rtol=1e-14)
