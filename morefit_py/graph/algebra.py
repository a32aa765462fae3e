"""Sums, products and differences, folded and kept ordered by stage.

A product is `(constant * CALL) * (DATASET * EVENT)` and a sum likewise, so that what does not depend
on the event is always one factor or one term of its own, and hoisting is a cut through the graph.
Rules here are local and exact in real arithmetic; rules that look further are passes.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from morefit_py.graph import merging, powers
from morefit_py.graph.masks import behind, closed_by, gate, is_mask, is_tame, peel
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.operand import MINUS_ONE, ONE, TWO, ZERO, Operand, const, number, ordered

_ADD, _MUL, _IPOW, _CONST, _SELECT = Op.ADD, Op.MUL, Op.IPOW, Op.CONST, Op.SELECT
_CALL = int(Stage.CALL)
# Sums look this deep into selections for the same condition; beyond, the work would double a level.
_LEVELS = 3

Join = Callable[[Node, Node], Node]
Parts = list[Node | None]


def _is_mixed(node: Node) -> bool:
    """Whether a sum or product holds parts of different stages."""
    return node.args[0].stage != node.args[1].stage


def _sort(op: Op, nodes: tuple[Node, ...], neutral: Node, join: Join) -> Parts:
    """The stage-pure parts of sums or products, joined to at most one for each stage."""
    parts: Parts = [None, None, None, None]
    waiting = nodes
    while waiting:
        moved: list[Node] = []
        stack = list(waiting)
        while stack:
            part = stack.pop()
            if part.op is op and _is_mixed(part):
                stack.extend(part.args)
            elif part is not neutral:
                held = parts[part.stage]
                if held is None:
                    parts[part.stage] = part
                else:
                    # What two parts join to may belong to other stages: a sum may cancel, say.
                    parts[part.stage] = None
                    moved.append(join(held, part))
        # In an order that does not depend on which operand came first.
        waiting = tuple(sorted(moved, key=_key)) if len(moved) > 1 else tuple(moved)
    return parts


def _key(node: Node) -> bytes:
    return node.key


def _assemble(op: Op, parts: Parts, neutral: Node) -> Node:
    """The stage-pure parts as one node: the two that do not depend on the event, then the others."""
    constant, call, dataset, event = parts
    outer = constant if call is None else call if constant is None else intern(op, (constant, call))
    inner = dataset if event is None else event if dataset is None else intern(op, (dataset, event))
    if outer is None:
        return neutral if inner is None else inner
    return outer if inner is None else intern(op, (outer, inner))


def add(left: Operand, right: Operand) -> Node:
    """left + right."""
    return _add(number(left), number(right), _LEVELS)


def _add(a: Node, b: Node, levels: int) -> Node:
    if a is ZERO:
        return b
    if b is ZERO:
        return a
    if a is b:
        return mul(TWO, a)
    if (a.op is not _ADD or not _is_mixed(a)) and (b.op is not _ADD or not _is_mixed(b)):
        if a.stage == b.stage:
            return _add_pure(a, b, levels)
        return intern(_ADD, (a, b) if a.stage < b.stage else (b, a))
    parts = _sort(_ADD, (a, b), ZERO, lambda held, part: _add_pure(held, part, levels))
    return _assemble(_ADD, parts, ZERO)


def _add_pure(a: Node, b: Node, levels: int) -> Node:
    if a is b:  # where parts of two different sums meet
        return mul(TWO, a)
    if a.op is _CONST and b.op is _CONST:
        total = a.value + b.value
        return const(total) if _is_exact(total, a.value, b.value) else ordered(_ADD, a, b)
    if a.op is _MUL or b.op is _MUL:
        ca, ua = coefficient(a)
        cb, ub = coefficient(b)
        if ua is ub:
            return mul(_add(ca, cb, levels), ua)
    if levels and a.op is _SELECT and b.op is _SELECT:
        one = merging.merged(a, b, lambda left, right: _add(left, right, levels - 1))
        if one is not None:
            return one
    return ordered(_ADD, a, b)


def _is_exact(result: float, a: float, b: float) -> bool:
    """Whether two numbers may be folded: not where they overflow, nor where infinities cancel."""
    return math.isfinite(result) or (result == result and (math.isinf(a) or math.isinf(b)))


def coefficient(node: Node) -> tuple[Node, Node]:
    """Split a product into its event-independent factor and the rest: node = factor * rest."""
    if node.op is _MUL:
        outer, inner = node.args
        if outer.stage != inner.stage and outer.stage <= _CALL:
            return outer, inner
    elif node.op is _CONST:
        return node, ONE
    return ONE, node


def mul(left: Operand, right: Operand) -> Node:
    """left * right; an exact zero wins over anything, as it must in derivatives."""
    a, b = number(left), number(right)
    if a is ONE:
        return b
    if b is ONE:
        return a
    if a is ZERO or b is ZERO:
        return ZERO
    if (a.op is not _MUL or not _is_mixed(a)) and (b.op is not _MUL or not _is_mixed(b)):
        if a.stage == b.stage:
            return _mul_pure(a, b)
        if a.op is not _SELECT and b.op is not _SELECT:
            return intern(_MUL, (a, b) if a.stage < b.stage else (b, a))
    parts = _sort(_MUL, (a, b), ONE, _mul_pure)
    if ZERO in parts:
        return ZERO
    return _drawn(parts)


def _mul_pure(a: Node, b: Node) -> Node:
    if a is ZERO or b is ZERO:  # where an earlier pair of factors vanished
        return ZERO
    if a.op is _CONST and b.op is _CONST:
        product = a.value * b.value
        # A product that underflows must not become the zero that wins over everything.
        exact = product != 0.0 and _is_exact(product, a.value, b.value)
        return const(product) if exact else ordered(_MUL, a, b)
    base_a = a.args[0] if a.op is _IPOW else a
    if base_a is (b.args[0] if b.op is _IPOW else b):
        return powers.ipow(base_a, powers.base_power(a)[1] + powers.base_power(b)[1])
    if a.op is _SELECT or b.op is _SELECT:
        masked = is_mask(a), is_mask(b)
        if all(masked):
            return _mul_masks(a, b)
        if masked[0]:
            return merging.cover([gate(a)], mul(behind(a), b))
        if masked[1]:
            return merging.cover([gate(b)], mul(behind(b), a))
    return ordered(_MUL, a, b)


def _mul_masks(a: Node, b: Node) -> Node:
    """The product of two masks: what stands behind both, behind the gates of both in their one order."""
    gates_a, value_a = peel(a)
    gates_b, value_b = peel(b)
    gates = dict(gates_a)
    for condition, side in gates_b:
        if gates.setdefault(condition, side) is not side:
            return ZERO
    return merging.cover(sorted(gates.items(), key=lambda held: held[0].key), mul(value_a, value_b))


def _drawn(parts: Parts) -> Node:
    """The product of stage-pure parts, its masks drawn over whatever might not be finite."""
    constant, call, dataset, event = parts
    if (
        dataset is not None
        and event is not None
        and (is_mask(event) or (is_mask(dataset) and not is_tame(event)))
    ):
        return mul(_assemble(_MUL, [constant, call, None, None], ONE), _mul_pure(dataset, event))
    if call is None or not is_mask(call) or (dataset is None and event is None):
        return _assemble(_MUL, parts, ONE)
    inner = _assemble(_MUL, [None, None, dataset, event], ONE)
    if is_tame(inner):
        return _assemble(_MUL, parts, ONE)
    gates, value = peel(call)
    present = closed_by(inner)
    covered = merging.cover([held for held in gates if held not in present], inner)
    outer = _assemble(_MUL, [constant, None if value is ONE else call, None, None], ONE)
    # What is covered may have become another product; its masks are drawn already.
    parts = _sort(_MUL, (outer, covered), ONE, _mul_pure)
    return ZERO if ZERO in parts else _assemble(_MUL, parts, ONE)


def sub(left: Operand, right: Operand) -> Node:
    """left - right."""
    return add(left, mul(MINUS_ONE, right))
