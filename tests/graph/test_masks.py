"""Masks protect whatever they multiply: zero times infinity never shows."""

from __future__ import annotations

import math

import numpy as np
import pytest

from morefit_py.graph.build import (
    ONE,
    ZERO,
    add,
    const,
    equal,
    erfcx,
    exp,
    greater,
    ipow,
    less,
    log,
    logical_and,
    mul,
    select,
    sin,
)
from morefit_py.graph.masks import behind, closed_by, gate, is_mask, is_tame, members, peel
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives

x, n = Observable("x", 0.0, 1.0), Observable("n", 0.0, 9.0)
a, b = Parameter("a", 1.0), Parameter("b", 1.0)


def test_what_is_a_mask() -> None:
    yes, no = select(x < a, sin(x), 0.0), select(x < a, 0.0, sin(x))
    assert is_mask(yes)
    assert is_mask(no)
    assert not is_mask(select(x < a, 1.0, 2.0))
    assert gate(yes) == (less(x, a), True)
    assert gate(no) == (less(x, a), False)
    assert behind(yes) is behind(no) is sin(x)
    nested = select(n < b, yes, 0.0)
    assert peel(nested) == ([(less(n, b), True), (less(x, a), True)], sin(x))
    assert peel(sin(x)) == ([], sin(x))


# A mask of every stage, times something that is infinite or NaN exactly where it is closed.
_HAZARDS: dict[str, tuple[Node, Node]] = {
    "data times event": (greater(x, 0.0), log(a * x)),
    "data times data": (greater(x, 0.0), log(x)),
    "event times data": (greater(a * x, 0.0), ipow(x, -1)),
    "event times event": (greater(a * x, 0.0), log(sin(b * x))),
    "call times event": (greater(b, 0.0), log(b * sin(x + 1.0))),
    "call times call": (greater(b, 0.0), log(b)),
    "overflow": (less(x, 0.5), exp(2000.0 * a * x)),
}


@pytest.mark.parametrize("name", _HAZARDS)
@pytest.mark.parametrize("side", [True, False])
def test_a_product_with_a_mask_is_zero_where_it_is_closed(name: str, side: bool) -> None:
    condition, hazard = _HAZARDS[name]
    mask = select(condition, 1.0, 0.0) if side else select(~condition, 0.0, 1.0)
    products = [
        mul(mask, hazard),
        mul(hazard, mask),
        mul(mul(mask, n), hazard),
        mul(mul(hazard, n), mask),
        mul(mul(2.0, a), mul(mask, hazard)),
        select(condition, hazard, 0.0),
        mul(select(greater(n, 0.0), a, 0.0), mul(hazard, mask)),
    ]
    rows = {"x": np.array([0.0, 0.25, 1.0]), "n": np.array([0.0, 1.0, 2.0])}
    for b_value in (0.0, 0.5):
        values = evaluate([condition, hazard, *products], {"a": 0.7, "b": b_value}, {"": rows})
        is_open, inside = (np.broadcast_to(value, 3) for value in values[:2])
        for product, found in zip(products, values[2:], strict=True):
            found = np.broadcast_to(found, 3)
            assert np.all(found[~is_open] == 0.0), product
            assert np.all(np.isfinite(found[is_open & np.isfinite(inside)])), product


def test_derivatives_of_a_guarded_expression_are_zero_where_it_is_guarded() -> None:
    # The Poisson term of an empty bin: 0 log 0 contributes nothing, in any derivative.
    rate = a * x
    term = select(equal(n, 0.0), 0.0, mul(n, log(rate)))
    for method in ("reverse", "forward"):
        found = derivatives(term, [a.node], 2, method)
        roots = [term, found.gradient[0], found.hessian[0, 0]]
        values = evaluate(roots, {"a": 2.0}, {"": {"x": np.array([0.0, 1.0]), "n": np.array([0.0, 3.0])}})
        assert [list(value) for value in values] == [[0.0, 3.0 * math.log(2.0)], [0.0, 1.5], [0.0, -0.75]]


def test_masks_by_opposite_conditions_exclude_each_other() -> None:
    assert mul(select(x < a, sin(x), 0.0), select(x < a, 0.0, n)) is ZERO


def test_a_gate_stands_once_however_deep() -> None:
    c, d = less(x, a), less(n, b)
    inner = select(d, select(c, sin(x), 0.0), 0.0)
    assert select(c, inner, 0.0) is inner
    assert select(c, 0.0, inner) is ZERO
    raw = intern(Op.SELECT, (c, ZERO, intern(Op.SELECT, (d, select(c, sin(x), 0.0), ZERO))))
    assert len(peel(raw)[0]) == 2
    rows = {"x": np.array([0.25, 0.75]), "n": np.array([0.0, 0.0])}
    roots = [mul(raw, inner), mul(inner, raw), add(raw, inner), inner]
    values = evaluate(roots, {"a": 0.5, "b": 1.0}, {"": rows})
    found = [list(np.broadcast_to(value, 2)) for value in values]
    assert found == [[0.0, 0.0], [0.0, 0.0], [np.sin(0.25), 0.0], [np.sin(0.25), 0.0]]


def test_masks_multiply_in_any_order() -> None:
    first, second = select(x < a, sin(x), 0.0), select(n < b, 0.0, exp(n))
    assert mul(first, second) is mul(second, first)
    assert peel(mul(mul(second, first), first))[0] == peel(mul(first, second))[0]


def test_a_mask_is_drawn_once() -> None:
    condition, hazard = greater(b, 0.0), log(b * sin(x))
    once = mul(select(condition, b, 0.0), hazard)
    assert mul(select(condition, 1.0, 0.0), once) is once


def test_a_mask_over_plain_data_stays_outside_the_event() -> None:
    product = mul(select(greater(b, 0.0), a, 0.0), mul(x, n))
    assert product.args == (select(greater(b, 0.0), a, 0.0), mul(x, n))


def test_a_mask_of_parameters_over_plain_event_values_stays_outside_too() -> None:
    product = mul(select(greater(b, 0.0), a, 0.0), mul(x, sin(a * x)))
    assert product.args == (select(greater(b, 0.0), a, 0.0), mul(x, sin(a * x)))


@pytest.mark.parametrize(
    ("node", "tame"),
    [
        (add(mul(a, x), sin(x)), True),
        (ipow(x, 3), True),
        (select(x < a, x, n), True),
        (ipow(x, -1), False),
        (log(x), False),
        (exp(x), False),
        (erfcx(x), False),
        (select(x < a, x, log(n)), False),
        (const(math.inf), False),
        (ONE, True),
    ],
    ids=str,
)
def test_what_is_plainly_finite(node: Node, tame: bool) -> None:
    assert is_tame(node) is tame


def test_a_long_expression_is_not_called_tame() -> None:
    node = x.node
    for i in range(100):
        node = add(sin(node), a * float(i))
    assert not is_tame(node)


def test_many_gates_are_drawn_once() -> None:
    gates = [less(sin(b * float(i + 2)), 0.9) for i in range(9)]
    mask = ONE
    for condition in gates:
        mask = select(condition, mask, 0.0)
    product = mul(mul(b, mask), log(x * b))
    assert {(condition, True) for condition in gates} <= closed_by(product.args[1])
    assert mul(mask, product).args[1] is product.args[1]
    (value,) = evaluate([product], {"b": -0.75}, {"": {"x": np.array([1.0])}})
    assert list(value) == [0.0]


def test_members_of_joined_conditions() -> None:
    parts = [less(x, float(i)) for i in range(4)]
    both = logical_and(logical_and(parts[0], parts[1]), logical_and(parts[2], parts[3]))
    assert members(Op.AND, both) == set(parts)
    assert members(Op.OR, both) == {both}
    assert members(Op.AND, parts[0]) == {parts[0]}
