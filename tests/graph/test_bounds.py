"""Bounds enclose every value an expression can take."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from morefit_py.graph.bounds import bounds
from morefit_py.graph.build import (
    Node,
    absolute,
    const,
    cosh,
    detach,
    digamma,
    exp,
    floor,
    ipow,
    lgamma,
    log,
    maximum,
    minimum,
    polygamma,
    select,
    sin,
    table,
    total,
)
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis, Observable, Parameter
from tests.strategies import OBSERVABLES, PARAMETERS, WITH_ROWS, Example, expressions, property_test

INF = math.inf
x = Observable("x", 1.0, 2.0)
a, b, free = (
    Parameter("a", 0.5, limits=(-1.0, 2.0)),
    Parameter("b", 1.0, limits=(0.5, 3.0)),
    Parameter("f", 0.0),
)
zero = Parameter("z", 0.0, limits=(0.0, 1.0))


@property_test(200)
@given(expressions(max_leaves=12, operations=WITH_ROWS))
def test_every_part_lies_within_its_bounds(example: Example) -> None:
    generator = np.random.default_rng(0)
    points = {p.name: np.array([[example.parameters[p.name]], [p.low], [p.high]]) for p in PARAMETERS}
    columns = {
        o.name: np.concatenate(
            [example.columns[o.name], [o.low, o.high], generator.uniform(o.low, o.high, 5)]
        )
        for o in OBSERVABLES
    }
    sums = {node for node in walk([example.node]) if node.op is Op.SUM}
    nodes = [node for node in walk([example.node], stop=sums) if not node.is_boolean]
    for node, value in zip(nodes, evaluate(nodes, points, {"": columns}), strict=True):
        low, high = bounds(node)
        found = value[~np.isnan(value)]
        assert low <= high
        assert np.all(found >= low - 1e-13 * abs(low) if math.isfinite(low) else True), node
        assert np.all(found <= high + 1e-13 * abs(high) if math.isfinite(high) else True), node


@pytest.mark.parametrize(
    ("node", "low", "high"),
    [
        (a.node, -1.0, 2.0),
        (free.node, -INF, INF),
        (x.node, 1.0, 2.0),
        (const(3.0), 3.0, 3.0),
        (a + b, -0.5, 5.0),
        (a * b, -3.0, 6.0),
        (a * a, 0.0, 4.0),
        (ipow(a, 3), -1.0, 8.0),
        (ipow(b, -2), 1.0 / 9.0, 4.0),
        (1.0 / a, -INF, INF),
        (1.0 / zero, 1.0, INF),
        (-1.0 / zero, -INF, -1.0),
        (exp(a), math.exp(-1.0), math.exp(2.0)),
        (log(b), math.log(0.5), math.log(3.0)),
        (log(a), -INF, math.log(2.0)),
        (absolute(a), 0.0, 2.0),
        (sin(free), -1.0, 1.0),
        (b**a, 0.25, 9.0),
        (a**b, -INF, INF),
        (zero**zero, 0.0, 1.0),
        (minimum(a, b), -1.0, 2.0),
        (maximum(a, b), 0.5, 3.0),
        (select(a < b, a, x), -1.0, 2.0),
        (detach(b), 0.5, 3.0),
        (digamma(x), -0.5772156649015329, 0.42278433509846713),
        (polygamma(1, x), 0.6449340668482264, 1.6449340668482266),
        (floor(1.5 * a), -2.0, 3.0),
        (table((0.0, 1.2, 1.6, 2.0, 3.0), (9.0, 1.0, -2.0, 7.0), x), -2.0, 9.0),
        (table((0.0, 1.2, 1.6, 2.5, 3.0), (9.0, 1.0, -2.0, 7.0), 1.0 * x), -2.0, 9.0),
        (table((1.0, 2.0, 3.0, 4.0), (1.0, -2.0, 7.0), free), -2.0, 7.0),
        (lgamma(x), -0.12148629053584964, 0.0),
        (lgamma(a), -INF, INF),
        (total(Axis("e"), exp(a * x)), 0.0, INF),
        (total(Axis("e"), -exp(a * x)), -INF, 0.0),
        (total(Axis("e"), a * x), -INF, INF),
        (a < b, 0.0, 1.0),
        (const(INF) - free, -INF, INF),
        (ipow(b, 2000), 0.0, INF),
        (ipow(a, 2001), -INF, INF),
    ],
    ids=str,
)
def test_bounds(node: Node, low: float, high: float) -> None:
    found = bounds(node)
    assert found == (pytest.approx(low, rel=1e-14), pytest.approx(high, rel=1e-14))


def test_a_cosh_is_never_below_one() -> None:
    assert bounds(cosh(a)) == (1.0, math.cosh(2.0))
    assert bounds(cosh(x)) == (pytest.approx(math.cosh(1.0)), pytest.approx(math.cosh(2.0)))


def test_what_is_never_defined_says_nothing_wrong() -> None:
    low, high = bounds(log(-1.0 * x))
    assert low <= high
