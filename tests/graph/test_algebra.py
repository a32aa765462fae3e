"""Sums and products: their one form, and that it never changes a value."""

from __future__ import annotations

import math
import sys
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given

from morefit_py.graph.algebra import add, coefficient, mul, sub
from morefit_py.graph.build import (
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    apply,
    const,
    exp,
    ipow,
    less,
    log,
    select,
    sin,
    sqrt,
)
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node, walk
from morefit_py.graph.op import COMMUTATIVE, Op, Stage
from morefit_py.graph.symbols import Observable, Parameter
from tests.exact import exact
from tests.strategies import Example, expressions, property_test

x, y = Observable("x", 0.1, 1.0), Observable("y", 0.1, 1.0)
a, b, c = (Parameter(name, 1.0) for name in "abc")


@property_test(400)
@given(expressions(max_leaves=16))
def test_smart_constructors_keep_the_value(example: Example) -> None:
    smart, raw = example.node, example.raw
    for point in example.points:
        (found, wanted), largest = exact([smart, raw], point)
        # Only the folding of constants rounds; a later difference may enlarge what it left.
        assert abs(found - wanted) <= 1e-13 * largest


@property_test(150)
@given(expressions(max_leaves=16))
def test_smart_constructors_keep_the_value_in_double_precision(example: Example) -> None:
    smart, raw = evaluate([example.node, example.raw], example.parameters, {"": example.columns})
    largest = max(exact([example.raw], point)[1] for point in example.points)
    np.testing.assert_allclose(smart, raw, rtol=1e-12, atol=1e-12 * float(largest) ** 2)


@property_test(200)
@given(expressions(max_leaves=16))
def test_sums_and_products_are_ordered_by_stage(example: Example) -> None:
    for node in walk([example.node]):
        if node.op in (Op.ADD, Op.MUL):
            check_stages(node)


def check_stages(node: Node) -> None:
    """(constant, CALL), (DATASET, EVENT): at most one of each, outermost what the event does not change."""
    left, right = node.args
    if left.stage == right.stage:
        return
    parts = []
    stack = [right, left]
    while stack:
        part = stack.pop()
        if part.op is node.op and part.args[0].stage != part.args[1].stage:
            stack.extend(reversed(part.args))
        else:
            parts.append(part.stage)
    assert parts == sorted(set(parts))
    if node.stage >= Stage.DATASET and min(parts) <= Stage.CALL:
        assert left.stage <= Stage.CALL < right.stage
    assert all(arg is not (ZERO if node.op is Op.ADD else ONE) for arg in node.args)
    assert node.op is Op.ADD or ZERO not in node.args


@property_test(150)
@given(expressions(max_leaves=10))
def test_rebuilding_changes_nothing(example: Example) -> None:
    done: dict[Node, Node] = {}
    for node in walk([example.node]):
        done[node] = apply(node.op, [done[arg] for arg in node.args], node.payload)
        if node.op in COMMUTATIVE:
            assert apply(node.op, [done[arg] for arg in reversed(node.args)]) is done[node]
    # Once more may find a little more to simplify, never another value.
    for point in example.points[:1]:
        (found, wanted), largest = exact([done[example.node], example.node], point)
        assert abs(found - wanted) <= 1e-13 * largest


@pytest.mark.parametrize("op", [Op.ADD, Op.MUL], ids=repr)
def test_the_order_of_three_parts_of_different_stages_does_not_matter(op: Op) -> None:
    parts = [a.node, x.node, sin(a * x), const(3.0)]
    made = {apply(op, [apply(op, [apply(op, [p, q]), r]), s]) for p, q, r, s in permutations(parts)}
    assert len(made) == 1


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (add(a, 0.0), a.node),
        (sub(a, a), ZERO),
        (add(a, a), mul(TWO, a)),
        (add(2.0 * x, 3.0 * x), mul(5.0, x)),
        (add(a * x, b * x), mul(add(a, b), x)),
        (sub(a * x * y, a * x * y), ZERO),
        (add(a * x + y, -(a * x)), y.node),
        (add(sub(1.0, a) * x, a * x), x.node),
        (mul(a, 0.0), ZERO),
        (mul(0.0, 1.0 / a), ZERO),
        (mul(1.0, x), x.node),
        (mul(a, a), ipow(a, 2)),
        (mul(a, 1.0 / a), ONE),
        (mul(a * x, 1.0 / x), a.node),
        (mul(-1.0, -a), a.node),
        (mul(sqrt(a * x), sqrt(a * x)), mul(a, x)),
        (mul(2.0, mul(HALF, x)), x.node),
        (mul(mul(3.0, a), mul(2.0, x)), mul(mul(6.0, a), x)),
    ],
    ids=str,
)
def test_rules(found: Node, wanted: Node) -> None:
    assert found is wanted


def test_what_cancels_leaves_no_part_of_the_wrong_stage() -> None:
    # (1 - a) x + a x is x, which must then join y as a DATASET term.
    assert add(add(y, mul(sub(1.0, a), x)), mul(a, x)) is add(y, x)
    # sqrt(a x)^2 brings a CALL factor to light.
    product = mul(mul(y, sqrt(a * x)), sqrt(a * x))
    assert product is mul(a, mul(x, y))
    assert product.args[0] is a.node


def test_a_product_whose_part_vanishes_is_zero() -> None:
    inside, outside = select(x < a, y, 0.0), select(x < a, 0.0, a)
    assert mul(mul(3.0, inside), mul(x, outside)) is ZERO
    assert mul(mul(mul(-1.0, inside), outside), 5.0) is ZERO


@pytest.mark.parametrize(
    ("node", "factor", "rest"),
    [
        (mul(2.0, x), TWO, x.node),
        (mul(a, x), a.node, x.node),
        (mul(mul(2.0, a), mul(x, sin(a * x))), mul(2.0, a), mul(x, sin(a * x))),
        (mul(2.0, a), TWO, a.node),
        (mul(a, b), ONE, mul(a, b)),
        (mul(x, y), ONE, mul(x, y)),
        (mul(x, sin(a * x)), ONE, mul(x, sin(a * x))),
        (const(3.0), const(3.0), ONE),
        (add(a, x), ONE, add(a, x)),
        (x.node, ONE, x.node),
    ],
    ids=str,
)
def test_coefficient(node: Node, factor: Node, rest: Node) -> None:
    assert coefficient(node) == (factor, rest)
    assert mul(factor, rest) is node


def test_constants_fold_only_where_they_stay_finite() -> None:
    huge, tiny = const(1e300), const(1e-300)
    assert add(1.5, 2.25) is const(3.75)
    assert mul(1.5, -2.0) is const(-3.0)
    assert mul(huge, huge).op is Op.MUL
    assert mul(tiny, tiny).op is Op.MUL
    assert add(1e308, 1.5e308).op is Op.ADD
    assert mul(tiny, tiny) is not ZERO
    assert mul(mul(huge, x), mul(huge, y)).stage == Stage.DATASET


def test_infinite_constants() -> None:
    infinity = const(math.inf)
    assert add(infinity, 1.0) is infinity
    assert mul(infinity, -2.0) is const(-math.inf)
    assert add(infinity, -infinity).op is Op.ADD
    assert mul(infinity, 0.0) is ZERO
    assert np.isnan(evaluate([add(infinity, -infinity)], {})[0])


def test_sums_of_selections_by_one_condition_are_one_selection() -> None:
    first = select(x < a, sin(a * x), y)
    assert add(first, select(x < a, y, exp(x))) is select(x < a, sin(a * x) + y, y + exp(x))
    assert add(select(x < a, sin(a * x), 0.0), select(x < a, 0.0, y)) is first


def test_long_chains_of_selections_neither_recurse_nor_explode() -> None:
    lookup, other = a * x, b * x
    for i in range(3 * sys.getrecursionlimit()):
        lookup = select(x < float(i), lookup, lookup + float(i + 1))
        other = select(x < float(i), other, other + c * x)
    assert sum(1 for _ in walk([add(lookup, other)])) < 60_000
    assert mul(lookup, other).op is Op.MUL


def test_negation_is_a_factor() -> None:
    assert (-a).args == (MINUS_ONE, a.node)
    assert sub(a, log(b)) is add(a, mul(-1.0, log(b)))


def test_conditions_are_numbers_in_arithmetic() -> None:
    assert mul(less(x, a), y) is select(less(x, a), y, ZERO)
    assert add(less(x, a), 1.0) is add(select(less(x, a), 1.0, 0.0), ONE)
