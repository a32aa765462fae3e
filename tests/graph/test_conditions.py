"""Conditions, and selections between expressions."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from morefit_py.graph.build import FALSE, ONE, TRUE, ZERO, const, exp, log, mul, sin, sqrt
from morefit_py.graph.conditions import (
    equal,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    masked,
    not_equal,
    select,
    truth,
)
from morefit_py.graph.masks import peel
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.symbols import Observable, Parameter
from tests.strategies import property_test

x, y = Observable("x", -1.0, 1.0), Observable("y", -1.0, 1.0)
a, b = Parameter("a", 1.0), Parameter("b", 1.0)
c, d = less(x, a), less(y, b)


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (less(1.0, 2.0), TRUE),
        (less(2.0, 2.0), FALSE),
        (less_equal(2.0, 2.0), TRUE),
        (equal(2.0, 2.0), TRUE),
        (equal(1.0, math.inf), FALSE),
        (not_equal(1.0, 2.0), TRUE),
        (greater(2.0, 1.0), TRUE),
        (greater_equal(1.0, 2.0), FALSE),
        (less(x, x), FALSE),
        (equal(a, x), equal(x, a)),
        (greater(x, a), less(a, x)),
        (logical_not(TRUE), FALSE),
        (logical_not(FALSE), TRUE),
        (logical_not(logical_not(c)), c),
        (logical_and(c, TRUE), c),
        (logical_and(c, FALSE), FALSE),
        (logical_and(c, c), c),
        (logical_and(c, d), logical_and(d, c)),
        (logical_and(c, logical_not(c)), FALSE),
        (logical_and(logical_and(c, d), c), logical_and(c, d)),
        (logical_and(logical_not(d), logical_and(c, d)), FALSE),
        (logical_or(c, FALSE), c),
        (logical_or(c, TRUE), TRUE),
        (logical_or(c, d), logical_or(d, c)),
        (logical_or(c, logical_not(c)), TRUE),
        (logical_or(d, logical_or(c, d)), logical_or(c, d)),
        (truth(select(c, 1.0, 0.0)), c),
        (truth(2.0), TRUE),
        (truth(0.0), FALSE),
        (truth(a), logical_not(equal(a, 0.0))),
    ],
    ids=str,
)
def test_rules_of_conditions(found: Node, wanted: Node) -> None:
    assert found is wanted


def test_a_number_may_be_unequal_to_itself() -> None:
    assert less_equal(x, x) is not TRUE
    assert equal(x, x) is not TRUE


_LITERAL = st.integers(0, 3).map(lambda i: less((x, y, a, b)[i], 0.25))
_LOGIC = st.recursive(
    _LITERAL,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["and", "or"]), inner, inner), st.tuples(st.just("not"), inner)
    ),
    max_leaves=8,
)


def _build(tree: object) -> tuple[Node, object]:
    """A condition, and the function of its literals that it stands for."""
    if isinstance(tree, Node):
        return tree, lambda values: values[tree]
    kind, *parts = tree  # type: ignore[misc]
    built = [_build(part) for part in parts]
    nodes, functions = [node for node, _ in built], [function for _, function in built]
    if kind == "not":
        return logical_not(nodes[0]), lambda values: not functions[0](values)  # type: ignore[operator]
    make, join = (logical_and, all) if kind == "and" else (logical_or, any)
    return make(*nodes), lambda values: join([f(values) for f in functions])  # type: ignore[operator]


@property_test(200)
@given(_LOGIC)
def test_logic_keeps_its_truth_table(tree: object) -> None:
    node, function = _build(tree)
    literals = [less(symbol, 0.25) for symbol in (x, y, a, b)]
    for values in product([False, True], repeat=4):
        at = dict(zip("xyab", (0.0 if value else 1.0 for value in values), strict=True))
        found = evaluate([node], at, {"": {"x": at["x"], "y": at["y"]}})[0]
        assert bool(found) is function(dict(zip(literals, values, strict=True)))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (select(TRUE, a, b), a.node),
        (select(FALSE, a, b), b.node),
        (select(c, a, a), a.node),
        (select(logical_not(c), a, b), select(c, b, a)),
        (select(c, select(c, a, b), x), select(c, a, x)),
        (select(c, x, select(c, a, b)), select(c, x, b)),
        (select(c, 2.0 * x, 0.0), mul(2.0, select(c, x, 0.0))),
        (select(c, a * sin(x), 0.0), mul(a, select(c, sin(x), 0.0))),
        (select(c, 0.0, a * sin(x)), mul(a, select(c, 0.0, sin(x)))),
        (select(c, less(y, b), 0.0), select(c, select(d, 1.0, 0.0), 0.0)),
        (select(a, x, y), select(not_equal(a, 0.0), x, y)),
        (masked(c, True, y), select(c, y, 0.0)),
        (masked(c, False, y), select(c, 0.0, y)),
    ],
    ids=str,
)
def test_rules_of_selections(found: Node, wanted: Node) -> None:
    assert found is wanted


def test_an_infinite_factor_stays_behind_its_mask() -> None:
    (value,) = evaluate([select(c, const(math.inf) * sin(x), 0.0)], {"a": -2.0}, {"": {"x": np.array([0.5])}})
    assert list(value) == [0.0]


def test_a_factor_that_leaves_a_mask_takes_the_guard_along() -> None:
    # Where a = 0 the factor 1/a is infinite, but the condition, which depends on a alone, hides it.
    guarded = select(greater(a, 0.0), exp(x) / a, 0.0)
    (value,) = evaluate([guarded], {"a": 0.0}, {"": {"x": np.array([0.5])}})
    assert list(value) == [0.0]
    assert guarded.op is Op.MUL
    assert guarded.args[0].stage == Stage.CALL


def test_a_mask_of_parameters_leaves_plain_data() -> None:
    node = select(greater(a, 0.0), x * y, 0.0)
    assert node is mul(select(greater(a, 0.0), 1.0, 0.0), mul(x, y))


def test_nested_masks_stay_shallow() -> None:
    node = sin(x)
    for i in range(50):
        node = select(less(sin(x * float(i + 2)), 0.9), node, ZERO)
    assert len(peel(node)[0]) <= 4
    rows = np.linspace(-1.0, 1.0, 201)
    open_ = np.all([np.sin(rows * float(i + 2)) < 0.9 for i in range(50)], axis=0)
    np.testing.assert_array_equal(
        evaluate([node], {}, {"": {"x": rows}})[0], np.where(open_, np.sin(rows), 0.0)
    )


def test_a_selection_that_is_not_a_mask_is_left_alone() -> None:
    node = select(c, a * x, log(sqrt(y)))
    assert node.op is Op.SELECT
    assert node.args == (c, a * x, log(sqrt(y)))
    assert select(c, ONE, ZERO).args == (c, ONE, ZERO)
