"""Curves on a grid: how well they interpolate, their derivatives, and what they are refused for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import interpolate

from morefit_py.errors import GraphError
from morefit_py.graph.build import ONE, Node, column, cos, curve, exp, inner, log, param, select, sin, total
from morefit_py.graph.curve import STENCIL, WEIGHTS, Curve, Grid
from morefit_py.graph.derivative import partials, second_partials
from morefit_py.graph.dot import dot
from morefit_py.graph.inner import axes_of
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import leaves, walk
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.substitute import substitute
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.graph.sympy_bridge import to_sympy
from morefit_py.graph.text import read, write

x, y = Observable("x", -2.0, 2.0), Observable("y", 0.0, 1.0)
a, b = Parameter("a", 0.5), Parameter("b", 1.0)
GRID = Grid(-3.0, 3.0, 61)
PLACES = np.random.default_rng(1).uniform(-2.0, 2.0, 50)
VALUES = {"a": 0.5, "b": 1.3}


def wave(point: Node) -> Node:
    return exp(-a * point**2) * sin(b * point)


def at(root: Node, places: np.ndarray = PLACES) -> np.ndarray:
    return np.asarray(evaluate([root], VALUES, {"": {"x": places}})[0])


def the_curve(root: Node) -> Curve:
    (node,) = (node for node in walk([root]) if node.op is Op.CURVE)
    return node.curve


def test_it_is_the_local_polynomial_of_scipy() -> None:
    made = curve(GRID, x, wave)
    table = at(wave(x.node), GRID.places)
    for place in PLACES:
        first = int((place - GRID.low) * GRID.per_unit) - (STENCIL // 2 - 1)
        near = slice(first, first + STENCIL)
        local = interpolate.BarycentricInterpolator(GRID.places[near], table[near])
        assert at(made, np.array([place]))[0] == pytest.approx(float(local(place)), rel=1e-11)


def test_the_error_falls_with_the_eighth_power_of_the_step() -> None:
    errors = [
        np.max(np.abs(at(curve(Grid(-3.0, 3.0, points), x, wave)) - at(wave(x.node))))
        for points in (25, 49, 97)
    ]
    ratios = np.divide(errors[:-1], errors[1:])
    assert np.all((ratios > 100.0) & (ratios < 600.0))
    assert errors[-1] < 1e-9


def test_weights_sum_to_one_and_their_derivatives_to_zero() -> None:
    for order, weights in enumerate(WEIGHTS):
        total_weight = weights.sum(axis=0)
        wanted = np.eye(1, len(total_weight))[0] if order == 0 else np.zeros(len(total_weight))
        np.testing.assert_allclose(total_weight, wanted, atol=1e-12)


def test_points_are_met_and_beyond_the_grid_the_last_polynomial_holds() -> None:
    cube = curve(GRID, x, lambda point: (point + a) ** 3 / b)
    np.testing.assert_allclose(at(cube, GRID.places), (GRID.places + 0.5) ** 3 / 1.3, rtol=1e-12, atol=1e-12)
    far = np.array([-3.4, 3.7])
    np.testing.assert_allclose(at(cube, far), (far + 0.5) ** 3 / 1.3, rtol=1e-9)
    assert np.isnan(at(cube, np.array([np.nan, 0.0]))).tolist() == [True, False]


def test_derivatives_by_the_place_are_those_of_the_polynomial() -> None:
    node = curve(GRID, x, wave)
    first, second = partials(node)[0], second_partials(node)[0, 0]
    h = 1e-5
    rises = (at(node, PLACES + h) - at(node, PLACES - h)) / (2.0 * h)
    np.testing.assert_allclose(at(first), rises, rtol=1e-7, atol=1e-8)
    rises = (at(first, PLACES + h) - at(first, PLACES - h)) / (2.0 * h)
    np.testing.assert_allclose(at(second), rises, rtol=1e-6, atol=1e-5)


def test_derivatives_by_values_are_curves_of_derivatives() -> None:
    grid = Grid(-3.0, 3.0, 241)
    node = curve(grid, x, wave)
    by_value = dict(zip(node.args, partials(node), strict=True))
    exact = -(PLACES**2) * np.exp(-0.5 * PLACES**2) * np.sin(1.3 * PLACES)
    slope = next(entry for arg, entry in by_value.items() if -a is arg or a.node is arg)
    sign = 1.0 if a.node in by_value else -1.0
    np.testing.assert_allclose(sign * at(slope), exact, atol=1e-9)
    assert the_curve(slope).grid == grid


def test_what_does_not_depend_on_the_place_leaves() -> None:
    made = curve(GRID, x, lambda point: exp(a) * cos(point))
    assert the_curve(made).slots == ()
    assert curve(GRID, x, lambda point: exp(a)) is exp(a)
    assert made.stage == Stage.EVENT


def test_a_place_that_is_no_event_s_is_not_interpolated() -> None:
    assert curve(GRID, a, wave) is wave(a.node)
    assert substitute(curve(GRID, x, wave), {x.node: ONE}) is wave(ONE)
    bent = substitute(second_partials(curve(GRID, x, wave))[0, 0], {x.node: b.node})
    exact = substitute(curve(GRID, x, wave), {x.node: b.node})
    h = 1e-4
    up, here, down = (float(evaluate([exact], {"a": 0.5, "b": 1.3 + d})[0]) for d in (h, 0.0, -h))
    assert here == pytest.approx(np.exp(-0.5 * 1.3**2) * np.sin(1.3**2), rel=1e-15)
    # The derivative by the place alone: not by the frequency, which b is too.
    by_place = [np.exp(-0.5 * p * p) * np.sin(1.3 * p) for p in (1.3 + h, 1.3, 1.3 - h)]
    (found,) = evaluate([bent], {"a": 0.5, "b": 1.3})
    assert float(found) == pytest.approx((by_place[0] - 2 * by_place[1] + by_place[2]) / h**2, rel=1e-5)
    assert (up - 2 * here + down) / h**2 != pytest.approx(float(found), rel=1e-2)


def test_many_points_of_the_parameters_at_once() -> None:
    made = curve(GRID, x, wave)
    points = {"a": np.array([[0.3], [0.5], [0.9]]), "b": np.array([[1.0], [1.3], [0.2]])}
    rows = np.linspace(-2.0, 2.0, 7)
    for columns in (rows, rows[None, :], np.array([[0.3]])):
        found = evaluate([made], points, {"": {"x": columns}})[0]
        p, q = points["a"], points["b"]
        np.testing.assert_allclose(found, np.exp(-p * columns**2) * np.sin(q * columns), atol=1e-9)
    moved = np.array([[0.1, 0.2], [0.3, -0.4], [1.0, 1.1]])
    found = evaluate([made], points, {"": {"x": moved}})[0]
    np.testing.assert_allclose(
        found, np.exp(-points["a"] * moved**2) * np.sin(points["b"] * moved), atol=1e-9
    )


def test_more_of_the_event_is_refused() -> None:
    with pytest.raises(GraphError, match="depends on more of the event than its place"):
        curve(GRID, x, lambda point: sin(point * y))
    with pytest.raises(GraphError, match="depends on more of the event than its place"):
        substitute(curve(GRID, x, wave), {a.node: y.node})
    with pytest.raises(GraphError, match="is one of another curve"):
        curve(GRID, x, lambda point: curve(GRID, point, wave) * point)
    near = Axis("near", {"near.m": np.array([0.0, 1.0])})
    m = column(Observable("near.m", 0.0, 1.0))
    with pytest.raises(GraphError, match="asked for at the rows of 'near', for every event anew"):
        inner(near, curve(GRID, x + m, wave))
    (held,) = [node for node in walk([curve(GRID, x, wave)]) if node.op is Op.CURVE]
    with pytest.raises(GraphError, match="values that differ by row"):
        held.curve.at(0.0, *([np.zeros(3)] * len(held.curve.slots)))


@pytest.mark.parametrize(
    ("ends", "points"), [((1.0, 1.0), 9), ((0.0, np.inf), 9), ((0.0, 1.0), 7), ((0, 1), 10**6)]
)
def test_what_is_no_grid(ends: tuple[float, float], points: int) -> None:
    with pytest.raises(GraphError, match="a grid "):
        Grid(*ends, points)


def test_text_and_pictures() -> None:
    near = Axis("near", {"near.m": np.array([0.0, 1.0])})
    m = column(Observable("near.m", 0.0, 1.0))
    made = curve(GRID, x, lambda point: inner(near, exp(-a * (point - m) ** 2)))
    roots = [log(made), partials(made)[0]]
    axes = axes_of(roots)
    assert set(axes) == {"near", GRID.axis.name}
    assert read(write(roots), {"a": a}, axes, {"x": x}) == roots
    assert write(read(write(roots), axes=axes)) == write(roots)
    with pytest.raises(GraphError, match="cannot be read"):
        read(write(roots).replace(", 1, ", ", 9, "), axes=axes)
    assert "curve'[61](x; " in repr(partials(made)[0])
    assert "curve' on a grid of 61 points" in dot([partials(made)[0]])
    assert "curve_" in str(to_sympy(made))


def test_it_is_one_of_a_sum_over_other_rows() -> None:
    """As in the normalisation of a density by quadrature."""
    axis = Axis("nodes", {"x": np.linspace(-1.0, 1.0, 5)})
    found = evaluate([total(axis, select(x.node < 0.0, 0.0, curve(GRID, x, wave)))], VALUES)[0]
    places = np.array([0.0, 0.5, 1.0])
    assert float(found) == pytest.approx(np.sum(np.exp(-0.5 * places**2) * np.sin(1.3 * places)), abs=1e-9)


def test_its_point_is_no_column_of_the_data() -> None:
    made = curve(GRID, x, wave)
    assert leaves([made], Op.COLUMN) == [x.node]
    assert GRID.point.column.name.startswith("grid ")
    assert {node.payload for node in leaves([made], Op.PARAM)} == {a, b}
    assert param(a) is a.node
