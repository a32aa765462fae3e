import numpy as np
import pytest

from morefit_py.graph.build import ONE, column, exp, param, total
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.pdfs.integration.corners import (
    columns_of,
    corner_points,
    count,
    describe,
    evaluate_at,
    inside_room,
)

A = Parameter("a", 1.0, (0.0, 3.0))
B = Parameter("b", 2.0)
FIXED = Parameter("c", 5.0, (0.0, 9.0), fixed=True)
X, Y = Observable("x", 0.0, 1.0), Observable("y", -1.0, 1.0)


def test_the_start_and_every_corner_once() -> None:
    points = corner_points([A, B, FIXED])
    assert {name: list(values[:, 0]) for name, values in points.items()} == {
        "a": [1.0, 0.0, 3.0],
        "b": [2.0, 2.0, 2.0],
        "c": [5.0, 5.0, 5.0],
    }
    assert count(points) == 3
    assert describe(points, 2) == "a = 3, b = 2, c = 5"


def test_points_without_room_are_left_out_but_the_start_stays() -> None:
    points = corner_points([A, Parameter("d", 0.5, (0.0, 1.0))])
    kept = inside_room(points, 2.0 - A - param(Parameter("d", 0.5, (0.0, 1.0))))
    assert [list(values[:, 0]) for values in kept.values()] == [[1.0, 0.0, 0.0], [0.5, 0.0, 1.0]]
    assert count(inside_room(points, -ONE - A)) == 1
    assert inside_room(points, ONE) is points


def test_no_parameters_are_one_point() -> None:
    assert count(corner_points([])) == 1
    assert count(corner_points([], inside=3)) == 1
    assert describe({}, 0) == "every point"


def test_reach_of_a_parameter_without_limits() -> None:
    assert sorted(corner_points([B], unlimited=10.0)["b"][:, 0]) == [-18.0, 2.0, 22.0]
    assert sorted(corner_points([Parameter("z", 0.0)], unlimited=10.0)["z"][:, 0]) == [-10.0, 0.0, 10.0]


def test_special_values_and_points_inside() -> None:
    values = corner_points([A], special=(-1.0, 0.5, 1.0), inside=4)["a"][:, 0]
    assert list(values[:5]) == [1.0, 0.0, 0.5, 1.0, 3.0]
    assert len(values) == 9
    assert np.all((values >= 0.0) & (values <= 3.0))


def test_many_parameters_are_looked_at_in_part_and_always_the_same() -> None:
    many = [Parameter(f"p{i}", 0.0, (-1.0, 1.0)) for i in range(20)]
    first, again = corner_points(many), corner_points(many)
    assert count(first) == 257
    assert all(np.array_equal(first[name], again[name]) for name in first)


def test_columns_stay_inside_the_bounds() -> None:
    columns = columns_of((X, Y), 25)
    assert columns["x"].shape == columns["y"].shape == (1, 25)
    assert 0.0 < columns["x"].min() < 1e-6
    assert columns_of((X,))["x"].shape == (1, 33)


def test_expressions_with_sums_are_evaluated_at_all_points_at_once() -> None:
    rows = np.linspace(0.0, 1.0, 5)
    axis = Axis("nodes", {"x": rows})
    inner = total(axis, exp(A * X))
    nested = total(axis, inner * column(X) + 1.0) + A
    points = {"a": np.array([[0.0], [1.0], [2.0]])}
    sums, both = evaluate_at([inner, nested], points)
    expected = np.exp(points["a"] * rows).sum(axis=1)
    np.testing.assert_allclose(sums[:, 0], expected)
    np.testing.assert_allclose(both[:, 0], expected * rows.sum() + 5.0 + points["a"][:, 0])
    assert evaluate_at([total(axis, column(X))], {})[0] == pytest.approx(2.5)
