import numpy as np

from morefit_py.graph.build import ZERO
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.pdfs.parts.polynomial import polynomial

A, X = Parameter("a", 0.7), Parameter("x", 0.3)


def test_agrees_with_numpy() -> None:
    found = evaluate([polynomial((2.0, A, -1.5, 4.0), X)], {"a": 0.7, "x": 0.3})[0]
    np.testing.assert_allclose(
        found, np.polynomial.polynomial.polyval(0.3, [2.0, 0.7, -1.5, 4.0]), rtol=1e-15
    )


def test_without_coefficients() -> None:
    assert polynomial((), X) is ZERO
