"""Sums of selections by the same conditions, as one selection.

Differentiation takes selections apart into masks; here they come together again, whatever the order in
which nested conditions stand.
"""

from __future__ import annotations

from collections.abc import Callable

from morefit_py.graph import conditions
from morefit_py.graph.masks import Gate, peel
from morefit_py.graph.node import Node

Add = Callable[[Node, Node], Node]
Gates = dict[Node, bool]


def cover(gates: list[Gate], value: Node) -> Node:
    """A value behind gates, the first outermost."""
    for condition, side in reversed(gates):
        value = conditions.masked(condition, side, value)
    return value


def merged(a: Node, b: Node, add: Add) -> Node | None:
    """The sum of two selections as one; None where no condition is in both."""
    gates_a, value_a = peel(a)
    gates_b, value_b = peel(b)
    if gates_a and gates_b:
        return _two_masks(dict(gates_a), value_a, dict(gates_b), value_b, add)
    if gates_a:
        return _mask_and_choice(dict(gates_a), value_a, b, add)
    if gates_b:
        return _mask_and_choice(dict(gates_b), value_b, a, add)
    if a.args[0] is not b.args[0]:
        return None
    return conditions.select(a.args[0], add(a.args[1], b.args[1]), add(a.args[2], b.args[2]))


def _two_masks(a: Gates, value_a: Node, b: Gates, value_b: Node, add: Add) -> Node | None:
    """What both masks close on leaves the sum; of opposite gates each mask gets its side."""
    both = sorted(a.keys() & b.keys(), key=lambda condition: condition.key)
    common = [(condition, a[condition]) for condition in both if a[condition] is b[condition]]
    if common:
        gone = {condition for condition, _ in common}
        return cover(common, add(_without(a, gone, value_a), _without(b, gone, value_b)))
    if not both:
        return None
    condition = both[0]
    rest_a, rest_b = _without(a, {condition}, value_a), _without(b, {condition}, value_b)
    sides = (rest_a, rest_b) if a[condition] else (rest_b, rest_a)
    return conditions.select(condition, *sides)


def _mask_and_choice(gates: Gates, value: Node, choice: Node, add: Add) -> Node | None:
    """A mask added to the side of a two-sided selection that it lets through."""
    condition, yes, no = choice.args
    side = gates.get(condition)
    if side is None:
        return None
    rest = _without(gates, {condition}, value)
    sides = (add(yes, rest), no) if side else (yes, add(no, rest))
    return conditions.select(condition, *sides)


def _without(gates: Gates, gone: set[Node], value: Node) -> Node:
    return cover([held for held in gates.items() if held[0] not in gone], value)
