"""Sums of parameters times functions of angles."""

import numpy as np
import pytest
from scipy.special import eval_legendre

from morefit_py.graph.build import as_node, cos
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.angular.terms import Terms, legendre

X, PHI = Observable("x", -1.0, 1.0), Observable("phi", 0.0, 2.0)
A, B = Parameter("a", 2.0), Parameter("b", 3.0)


def test_integrals_are_numbers_times_factors() -> None:
    held = Terms((X, PHI), 1, ((as_node(A), as_node(X) ** 2), (as_node(B), X * cos(PHI))), 1.0 + X)
    values = {"a": 2.0, "b": 3.0}
    exact = 2.0 * 2 / 3 * 2.0 + 3.0 * 2 / 3 * np.sin(2.0)
    assert evaluate([held.integral()], values)[0] == pytest.approx(exact, rel=1e-13)
    columns = {"": {"x": np.array([0.5]), "phi": np.array([1.0])}}
    assert evaluate([held.value()], values, columns)[0] == pytest.approx(0.5 + 1.5 * np.cos(1.0))


@pytest.mark.parametrize("degree", [0, 1, 2, 5, 9])
def test_legendre(degree: int) -> None:
    x = np.linspace(-1, 1, 11)
    found = evaluate([legendre(degree, X)], {}, {"": {"x": x}})[0]
    np.testing.assert_allclose(np.broadcast_to(found, x.shape), eval_legendre(degree, x), atol=1e-14)
