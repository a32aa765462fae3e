import numpy as np
import pytest

from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.integration.rule_sum import by_event, once

X, Y, E = Observable("x", 0.0, 2.0), Observable("y", 0.0, 1.0), Observable("e", 0.0, 5.0)
A = Parameter("a", 3.0)
# The trapezoidal rule on two intervals, and a product rule of one point.
RULE = np.array([[0.0, 1.0, 2.0]]), np.array([0.5, 1.0, 0.5])
POINT = np.array([[1.0], [0.5]]), np.array([2.0])


def test_once_a_call() -> None:
    assert evaluate([once("test", A * X, (X,), RULE)], {"a": 3.0})[0] == pytest.approx(6.0)
    assert evaluate([once("test", A * X * Y, (X, Y), POINT)], {"a": 3.0})[0] == pytest.approx(3.0)


def test_for_every_event() -> None:
    rows = {"": {"e": np.array([0.0, 1.0, 4.0])}}
    found = evaluate([by_event("test", (A + X) ** 2 * E + X, (X,), RULE)], {"a": 3.0}, rows)[0]
    # The sum of (3 + x)^2 e + x at 0, 1 and 2.
    np.testing.assert_allclose(found, np.array([0.0, 1.0, 4.0]) * (4.5 + 16.0 + 12.5) + 2.0)
    found = evaluate([by_event("test", X * Y + E, (X, Y), POINT)], {}, rows)[0]
    np.testing.assert_allclose(found, 2.0 * (0.5 + np.array([0.0, 1.0, 4.0])))
