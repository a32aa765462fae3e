"""Conditions, and the selection between two expressions."""

from __future__ import annotations

import math

from morefit_py.graph import algebra
from morefit_py.graph.masks import behind, gate, is_mask, is_tame, members, peel
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import BOOLEAN, Op, Stage
from morefit_py.graph.operand import ONE, ZERO, Operand, as_node, number, ordered

TRUE, FALSE = intern(Op.EQ, (ZERO, ZERO)), intern(Op.NOT, (intern(Op.EQ, (ZERO, ZERO)),))

_CONST, _NOT, _SELECT, _LT, _LE = Op.CONST, Op.NOT, Op.SELECT, Op.LT, Op.LE
_CALL = int(Stage.CALL)
# Masks deeper than this within each other join their conditions, so that no rule here recurses far.
_DEEPEST = 4


def less(left: Operand, right: Operand) -> Node:
    """The condition left < right."""
    a, b = number(left), number(right)
    if a.op is _CONST and b.op is _CONST:
        return TRUE if a.value < b.value else FALSE
    return FALSE if a is b else intern(_LT, (a, b))


def less_equal(left: Operand, right: Operand) -> Node:
    """The condition left <= right."""
    a, b = number(left), number(right)
    if a.op is _CONST and b.op is _CONST:
        return TRUE if a.value <= b.value else FALSE
    return intern(_LE, (a, b))


def equal(left: Operand, right: Operand) -> Node:
    """The condition left == right, which Python's `==` does not build."""
    a, b = number(left), number(right)
    if a.op is _CONST and b.op is _CONST:
        return TRUE if a.value == b.value else FALSE
    return ordered(Op.EQ, a, b)


def greater(left: Operand, right: Operand) -> Node:
    """The condition left > right."""
    return less(right, left)


def greater_equal(left: Operand, right: Operand) -> Node:
    """The condition left >= right."""
    return less_equal(right, left)


def not_equal(left: Operand, right: Operand) -> Node:
    """The condition left != right, which Python's `!=` does not build."""
    return logical_not(equal(left, right))


def truth(operand: Operand) -> Node:
    """An expression as a condition: itself if it is one, else whether it differs from zero."""
    x = as_node(operand)
    if x.op in BOOLEAN:
        return x
    if x.op is _SELECT and x.args[1] is ONE and x.args[2] is ZERO:
        return x.args[0]
    return logical_not(equal(x, ZERO))


def logical_not(operand: Operand) -> Node:
    """The condition that the other does not hold."""
    x = truth(operand)
    return x.args[0] if x.op is _NOT else intern(_NOT, (x,))


def logical_and(left: Operand, right: Operand) -> Node:
    """The condition that both hold."""
    return _combine(Op.AND, truth(left), truth(right), TRUE, FALSE)


def logical_or(left: Operand, right: Operand) -> Node:
    """The condition that at least one holds."""
    return _combine(Op.OR, truth(left), truth(right), FALSE, TRUE)


def _combine(op: Op, a: Node, b: Node, neutral: Node, absorbing: Node) -> Node:
    if a is absorbing or b is absorbing:
        return absorbing
    if a is neutral or a is b:
        return b
    if b is neutral:
        return a
    for whole, part in ((a, b), (b, a)):
        if part.op is _NOT and part.args[0] is whole:
            return absorbing
        if whole.op is op:
            held = members(op, whole)
            if part in held:
                return whole
            if logical_not(part) in held:
                return absorbing
    return ordered(op, a, b)


def select(condition: Operand, yes: Operand, no: Operand) -> Node:
    """`yes` where the condition holds, else `no`; factors common to both leave the selection."""
    c, a, b = truth(condition), number(yes), number(no)
    if c is TRUE or a is b:
        return a
    if c is FALSE:
        return b
    if c.op is _NOT:
        c, a, b = c.args[0], b, a
    if a.op is _SELECT and a.args[0] is c:
        return select(c, a.args[1], b)
    if b.op is _SELECT and b.args[0] is c:
        return select(c, a, b.args[2])
    if a is ZERO:
        return _mask(c, False, b)
    if b is ZERO:
        return _mask(c, True, a)
    return intern(_SELECT, (c, a, b))


def masked(condition: Node, side: bool, value: Node) -> Node:
    """A value where the condition is `side`, else zero."""
    return select(condition, value, ZERO) if side else select(condition, ZERO, value)


def _mask(c: Node, side: bool, value: Node) -> Node:
    """A selection with zero on the other side: event-independent factors leave it, guarded themselves."""
    if (c.stage | value.stage) > _CALL:
        factor, rest = algebra.coefficient(value)
        if factor is not ONE and rest is not ONE and not _is_infinite(factor):
            held = masked(c, side, factor) if c.stage <= _CALL and factor.op is not _CONST else factor
            return algebra.mul(held, masked(c, side, rest))
        if c.stage <= _CALL and value.stage > _CALL and is_tame(value):
            return algebra.mul(masked(c, side, ONE), value)
    if is_mask(value):
        gates = dict(peel(value)[0])
        if c in gates:
            return value if gates[c] is side else ZERO
        if len(gates) < _DEEPEST:
            return intern(_SELECT, (c, value, ZERO) if side else (c, ZERO, value))
        inner, holds = gate(value)
        both = logical_and(c if side else logical_not(c), inner if holds else logical_not(inner))
        return select(both, behind(value), ZERO)
    return intern(_SELECT, (c, value, ZERO) if side else (c, ZERO, value))


def _is_infinite(node: Node) -> bool:
    return node.op is _CONST and math.isinf(node.value)
