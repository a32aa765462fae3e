import numpy as np
import pytest

from morefit_py.errors import GraphError
from morefit_py.graph.build import as_node, exp, total
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.model.at_point import AtPoint

X, A, B = Observable("x", 0.0, 10.0), Parameter("a", 2.0), Parameter("b", -0.5)


def test_values_are_those_of_the_expression() -> None:
    rows = Axis("rows", {"rows.t": np.linspace(0.0, 1.0, 9)})
    norm = total(rows, exp(as_node(B) * Observable("rows.t", 0.0, 1.0)))
    t = as_node(A) * X
    root = exp(as_node(B) * X) / norm + t * t + exp(t)
    x = np.linspace(0.0, 10.0, 1001)
    values = {"a": 0.3, "b": -0.7}
    found = AtPoint(root, values)
    np.testing.assert_allclose(found({"x": x}), evaluate([root], values, {"": {"x": x}})[0], rtol=1e-15)
    expected = (
        np.exp(-0.7 * x) / np.sum(np.exp(-0.7 * np.linspace(0, 1, 9))) + (0.3 * x) ** 2 + np.exp(0.3 * x)
    )
    np.testing.assert_allclose(found({"x": x[:7]}), expected[:7], rtol=1e-13)


def test_what_does_not_depend_on_the_columns_is_one_number() -> None:
    assert AtPoint(as_node(A) * 3.0, {"a": 2.0})({}) == 6.0
    assert AtPoint(as_node(X), {})({"x": np.arange(3.0)}).tolist() == [0.0, 1.0, 2.0]


def test_parameters_need_values() -> None:
    with pytest.raises(GraphError, match="'a'"):
        AtPoint(as_node(A) * X, {})
