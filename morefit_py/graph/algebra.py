"""Sums, products and powers, folded and kept ordered by stage.

A product is `(constant * CALL) * (DATASET * EVENT)` and a sum likewise, so that what does not depend
on the event is always one factor or one term of its own, and hoisting is a cut through the graph.
Rules here are local and exact in real arithmetic; rules that look further are passes.
"""

from __future__ import annotations

from collections.abc import Callable

from morefit_py.errors import GraphError
from morefit_py.graph import conditions, functions
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.operand import MINUS_ONE, ONE, ZERO, Operand, as_node, const, fold

Buckets = list[Node | None]


def _buckets(op: Op, node: Node, into: Buckets, join: Callable[[Node, Node], Node]) -> None:
    """Sort the stage-pure parts of a sum or product into one bucket per stage."""
    stack = [node]
    while stack:
        part = stack.pop()
        if part.op is op and part.args[0].stage != part.args[1].stage:
            stack.extend(part.args)
            continue
        held = into[part.stage]
        into[part.stage] = part if held is None else join(held, part)


def _ordered(op: Op, a: Node, b: Node) -> Node:
    if (a.op is not Op.CONST) and (b.op is Op.CONST or b.key < a.key):
        a, b = b, a
    return intern(op, (a, b))


def _assemble(op: Op, parts: Buckets, neutral: Node, join: Callable[[Node, Node], Node]) -> Node:
    constant, call, dataset, event = parts
    if constant is neutral:
        constant = None
    outer = constant
    if call is not None:
        outer = call if constant is None else intern(op, (constant, call))
    inner = dataset
    if event is not None:
        inner = event if dataset is None else intern(op, (dataset, event))
    if outer is None or inner is None:
        present = inner if outer is None else outer
        return neutral if present is None else present
    return intern(op, (outer, inner))


def add(left: Operand, right: Operand) -> Node:
    """left + right."""
    a, b = as_node(left), as_node(right)
    if a is ZERO:
        return b
    if b is ZERO:
        return a
    if a.stage == b.stage and a.op is not Op.ADD and b.op is not Op.ADD:
        return _add_pure(a, b)
    parts: Buckets = [None, None, None, None]
    _buckets(Op.ADD, a, parts, _add_pure)
    _buckets(Op.ADD, b, parts, _add_pure)
    return _assemble(Op.ADD, parts, ZERO, _add_pure)


def coefficient(node: Node) -> tuple[Node, Node]:
    """Split a product into its event-independent factor and the rest: node = factor * rest."""
    if node.op is Op.MUL and node.args[0].stage != node.args[1].stage:
        if node.args[0].stage <= Stage.CALL:
            return node.args[0], node.args[1]
    elif node.op is Op.CONST:
        return node, ONE
    return ONE, node


def _add_pure(a: Node, b: Node) -> Node:
    if a.op is Op.CONST and b.op is Op.CONST:
        total = a.value + b.value
        return const(total) if total == total else intern(Op.ADD, (a, b))
    if a is ZERO or b is ZERO:
        return b if a is ZERO else a
    ca, ua = coefficient(a)
    cb, ub = coefficient(b)
    if ua is ub:
        return mul(add(ca, cb), ua)
    if a.op is Op.SELECT and b.op is Op.SELECT and a.args[0] is b.args[0]:
        return conditions.select(a.args[0], add(a.args[1], b.args[1]), add(a.args[2], b.args[2]))
    return _ordered(Op.ADD, a, b)


def mul(left: Operand, right: Operand) -> Node:
    """left * right; an exact zero wins over anything, as it must in derivatives."""
    a, b = as_node(left), as_node(right)
    if a is ONE:
        return b
    if b is ONE:
        return a
    if a is ZERO or b is ZERO:
        return ZERO
    if a.stage == b.stage and a.op is not Op.MUL and b.op is not Op.MUL:
        return _mul_pure(a, b)
    parts: Buckets = [None, None, None, None]
    _buckets(Op.MUL, a, parts, _mul_pure)
    _buckets(Op.MUL, b, parts, _mul_pure)
    if parts[0] is ZERO or parts[1] is ZERO:
        return ZERO
    return _assemble(Op.MUL, parts, ONE, _mul_pure)


def _base_power(node: Node) -> tuple[Node, int]:
    return (node.args[0], node.power) if node.op is Op.IPOW else (node, 1)


def _one_sided(node: Node) -> bool:
    return node.op is Op.SELECT and (node.args[1] is ZERO or node.args[2] is ZERO)


def _mul_pure(a: Node, b: Node) -> Node:
    if a.op is Op.CONST and b.op is Op.CONST:
        product = a.value * b.value
        return const(product) if product == product else intern(Op.MUL, (a, b))
    (base_a, m), (base_b, n) = _base_power(a), _base_power(b)
    if base_a is base_b:
        return ipow(base_a, m + n)
    # A masked factor masks the whole product, so that what it masks never meets infinity.
    for masked, other in ((a, b), (b, a)):
        if _one_sided(masked):
            condition, yes, no = masked.args
            return conditions.select(condition, mul(yes, other), mul(no, other))
    return _ordered(Op.MUL, a, b)


def sub(left: Operand, right: Operand) -> Node:
    return add(left, mul(MINUS_ONE, right))


def div(left: Operand, right: Operand) -> Node:
    """left / right; raises GraphError for a division by the constant zero."""
    a, b = as_node(left), as_node(right)
    if b is ZERO:
        raise GraphError("division by the constant zero")
    if a.op is Op.CONST and b.op is Op.CONST:
        return const(a.value / b.value)
    return mul(a, ipow(b, -1))


def ipow(base: Operand, power: int) -> Node:
    """base ** power for a whole number; powers of products split, so that factors can leave."""
    x = as_node(base)
    if power == 0:
        return ONE
    if power == 1:
        return x
    if x.op is Op.CONST:
        return fold(lambda: x.value**power, lambda: intern(Op.IPOW, (x,), power))
    if x.op is Op.IPOW:
        return ipow(x.args[0], x.power * power)
    if x.op is Op.MUL and x.args[0].stage != x.args[1].stage:
        return mul(ipow(x.args[0], power), ipow(x.args[1], power))
    if x.op is Op.SQRT and power % 2 == 0:
        return ipow(x.args[0], power // 2)
    if x.op is Op.ABS and power % 2 == 0:
        return ipow(x.args[0], power)
    return intern(Op.IPOW, (x,), power)


def pow(left: Operand, right: Operand) -> Node:
    """left ** right; whole and half powers become products and roots."""
    a, b = as_node(left), as_node(right)
    if b.op is Op.CONST:
        exponent = b.value
        if exponent == int(exponent) and abs(exponent) <= 64:
            return ipow(a, int(exponent))
        if abs(exponent) == 0.5:
            return ipow(functions.sqrt(a), int(2 * exponent))
    if a is ONE:
        return ONE
    if a.op is Op.CONST and b.op is Op.CONST:
        return fold(lambda: a.value**b.value, lambda: intern(Op.POW, (a, b)))
    return intern(Op.POW, (a, b))
