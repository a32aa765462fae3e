import numpy as np

from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.parts.piecewise_rational import PiecewiseRational

X = Parameter("x", 0.0)
# 1/x on [1, 2], [2, 4] and [4, 5] with x = middle + half width * q.
INVERSE = PiecewiseRational((1.0, 2.0, 4.0, 5.0), ((1.0, 0.0),) * 3, ((1.5, 0.5), (3.0, 1.0), (4.5, 0.5)))


def test_each_piece_has_its_own_function() -> None:
    points = np.array([1.0, 1.7, 2.0, 3.9, 4.0, 5.0])
    found = derivatives(INVERSE(X), [param(X)], order=2)
    value, first, second = evaluate(
        [INVERSE(X), found.gradient[0], found.hessian[0, 0]], {"x": points[:, None]}
    )
    np.testing.assert_allclose(value[:, 0], 1 / points, rtol=1e-15)
    np.testing.assert_allclose(first[:, 0], -1 / points**2, rtol=1e-14)
    np.testing.assert_allclose(second[:, 0], 2 / points**3, rtol=1e-14)


def test_the_outermost_pieces_are_continued() -> None:
    found = evaluate([INVERSE(X)], {"x": np.array([[0.5], [7.0]])})[0]
    np.testing.assert_allclose(found[:, 0], [2.0, 1 / 7.0], rtol=1e-14)
