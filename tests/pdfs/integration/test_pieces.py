"""Integrals over part of a range."""

import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import Formula
from morefit_py.pdfs.integration.pieces import gauss_legendre

X, Y = Observable("x", -1.0, 3.0), Observable("y", 0.0, 1.0)
LOW, HIGH = Observable("low", -1.0, 3.0), Observable("high", -1.0, 3.0)
A = Parameter("a", 0.5)


def test_the_rule_is_exact_for_polynomials() -> None:
    found = gauss_legendre(X**5 - A * X**2, X, LOW, HIGH, 3)
    low, high = np.array([-1.0, 0.5]), np.array([0.5, 2.5])
    exact = (high**6 - low**6) / 6 - 0.5 * (high**3 - low**3) / 3
    np.testing.assert_allclose(evaluate([found], {"a": 0.5}, {"": {"low": low, "high": high}})[0], exact)


def test_a_kink_that_moves_with_a_parameter_is_respected() -> None:
    density = Formula(1.0 + abs(X - A))
    for a in (-2.0, 0.3, 0.5, 4.0):
        value = evaluate([density.between(0.2, 1.0)], {"a": a})[0]
        edge = min(max(a, 0.2), 1.0)
        exact = 0.8 + ((edge - 0.2) * (a - (edge + 0.2) / 2)) + ((1.0 - edge) * ((1.0 + edge) / 2 - a))
        assert value == pytest.approx(exact, rel=1e-13)


def test_several_observables_have_no_integral_between_two_points() -> None:
    with pytest.raises(ModelError, match="formula: an integral between two points is of one observable"):
        Formula(1.0 + X * Y).between(0.0, 1.0)
