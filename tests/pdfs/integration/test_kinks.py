import pytest

from morefit_py.graph.build import Node, as_node, exp, maximum, select, table
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.integration.kinks import kinks, stationary_points

X, Y = Observable("x", 0.0, 1.0), Observable("y", 0.0, 1.0)
A, B = Parameter("a", 0.3), Parameter("b", 2.0)


@pytest.mark.parametrize(
    ("expression", "points"),
    [
        (exp(-A * X), []),
        (abs(X - as_node(A)), [0.3]),
        (select(B * X < A, 1.0, X), [0.15]),
        (select(A <= 1.0 - B * X, 1.0, X), [0.35]),
        (maximum(X, 1.0 - as_node(X)), [0.5]),
        (select(as_node(A) < B, X, 1.0), []),
        (table((-1.0, 0.2, 0.5, 3.0), (1.0, 2.0, 3.0), B * X - A), [0.25, 0.4]),
        (table((-1.0, 0.2, 0.5, 3.0), (1.0, 2.0, 3.0), A), []),
        (abs(X * as_node(X) - A), []),
        (abs(X - as_node(Y)), []),
        (abs(X - as_node(A)) + abs(B * (X - as_node(A))), [0.3, 0.3]),
    ],
)
def test_points_where_a_selection_switches(expression: Node, points: list[float]) -> None:
    found = evaluate(kinks(expression, X), {"a": 0.3, "b": 2.0})
    assert sorted(float(value) for value in found) == pytest.approx(points)


def test_stationary_points_move_with_parameters() -> None:
    a, b = Parameter("a", 1.0), Parameter("b", 2.0)
    peaks = exp(-(((X - a) / b) ** 2)) + 1.0 / (1.0 + (2.0 * X - b) ** 4)
    held = stationary_points(peaks + (X - 3.0) ** 2, X)
    assert [evaluate([point], {"a": 1.0, "b": 2.0})[0] for point in held] == [1.0, 1.0]
    assert stationary_points((X - a) ** 3 + X**2, X) == ()
