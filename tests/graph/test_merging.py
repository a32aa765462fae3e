"""Sums of selections by the same conditions."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from morefit_py.graph.algebra import add
from morefit_py.graph.build import ZERO, exp, less, select, sin
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.merging import cover, merged
from morefit_py.graph.node import Node, walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable, Parameter

x, a, b = Observable("x", -2.0, 2.0), Parameter("a", -0.5), Parameter("b", 0.5)
left, right = less(x, a), less(b, x)
A, B, C = exp(a * x), sin(a * x), exp(b * x)
ROWS = {"": {"x": np.array([-1.0, 0.0, 1.0])}}


def test_cover() -> None:
    assert cover([(left, True), (right, False)], A) is select(left, select(right, 0.0, A), 0.0)
    assert cover([], A) is A


@pytest.mark.parametrize("parts", list(permutations(range(3))), ids=str)
@pytest.mark.parametrize("swapped", [False, True])
def test_three_regions_come_together_in_any_order(parts: tuple[int, ...], swapped: bool) -> None:
    gates = [(left, False), (right, True)], [(left, False), (right, False)]
    second, third = (held[::-1] if swapped else held for held in gates)
    masks = [select(left, A, 0.0), cover(second, B), cover(third, C)]
    total = ZERO
    for i in parts:
        total = add(total, masks[i])
    value = select(left, A, select(right, B, C))
    at = {"a": -0.5, "b": 0.5}
    np.testing.assert_array_equal(*evaluate([total, value], at, ROWS))
    selections = [node for node in walk([total]) if node.op is Op.SELECT]
    assert len(selections) == 2
    assert not any(node.op is Op.ADD for node in walk([total]))


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        (select(left, A, 0.0), select(left, B, 0.0), select(left, A + B, 0.0)),
        (select(left, A, 0.0), select(left, 0.0, B), select(left, A, B)),
        (select(left, A, 0.0), select(left, B, C), select(left, A + B, C)),
        (select(left, B, C), select(left, 0.0, A), select(left, B, C + A)),
        (select(left, A, B), select(left, B, C), select(left, A + B, B + C)),
        (
            select(left, select(right, A, 0.0), 0.0),
            select(right, B, C),
            select(right, B + select(left, A, 0.0), C),
        ),
    ],
    ids=str,
)
def test_pairs(first: Node, second: Node, wanted: Node) -> None:
    assert merged(first, second, add) is wanted
    assert merged(second, first, add) is wanted


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (select(left, A, 0.0), select(right, B, 0.0)),
        (select(left, A, 0.0), select(right, B, C)),
        (select(left, A, B), select(right, B, C)),
    ],
    ids=str,
)
def test_selections_without_a_common_condition_stay_apart(first: Node, second: Node) -> None:
    assert merged(first, second, add) is None
    assert add(first, second).op is Op.ADD
