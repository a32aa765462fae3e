"""Conditions, and the selection between two expressions."""

from __future__ import annotations

from morefit_py.graph import algebra
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.operand import ONE, ZERO, Operand, as_node

TRUE, FALSE = intern(Op.EQ, (ZERO, ZERO)), intern(Op.NOT, (intern(Op.EQ, (ZERO, ZERO)),))


def _compare(op: Op, left: Operand, right: Operand) -> Node:
    a, b = as_node(left), as_node(right)
    if a.op is Op.CONST and b.op is Op.CONST:
        outcome = {Op.LT: a.value < b.value, Op.LE: a.value <= b.value, Op.EQ: a.value == b.value}[op]
        return TRUE if outcome else FALSE
    return intern(op, (a, b))


def less(left: Operand, right: Operand) -> Node:
    return _compare(Op.LT, left, right)


def less_equal(left: Operand, right: Operand) -> Node:
    return _compare(Op.LE, left, right)


def equal(left: Operand, right: Operand) -> Node:
    return _compare(Op.EQ, left, right)


def truth(operand: Operand) -> Node:
    """An expression as a condition: itself if it is one, else whether it differs from zero."""
    x = as_node(operand)
    return x if x.is_boolean else logical_not(equal(x, ZERO))


def logical_not(operand: Operand) -> Node:
    x = truth(operand)
    if x.op is Op.NOT:
        return x.args[0]
    return intern(Op.NOT, (x,))


def logical_and(left: Operand, right: Operand) -> Node:
    a, b = truth(left), truth(right)
    if a is FALSE or b is FALSE:
        return FALSE
    if a is TRUE or a is b:
        return b
    if b is TRUE:
        return a
    return intern(Op.AND, (a, b) if a.key < b.key else (b, a))


def logical_or(left: Operand, right: Operand) -> Node:
    a, b = truth(left), truth(right)
    if a is TRUE or b is TRUE:
        return TRUE
    if a is FALSE or a is b:
        return b
    if b is FALSE:
        return a
    return intern(Op.OR, (a, b) if a.key < b.key else (b, a))


def select(condition: Operand, yes: Operand, no: Operand) -> Node:
    """`yes` where the condition holds, else `no`; factors common to both leave the selection."""
    c, a, b = truth(condition), as_node(yes), as_node(no)
    if c is TRUE:
        return a
    if c is FALSE:
        return b
    if a is b:
        return a
    if c.op is Op.NOT:
        return select(c.args[0], b, a)
    if a.op is Op.SELECT and a.args[0] is c:
        return select(c, a.args[1], b)
    if b.op is Op.SELECT and b.args[0] is c:
        return select(c, a, b.args[2])
    stage = c.stage | a.stage | b.stage
    if stage & Stage.DATASET and (a is ZERO or b is ZERO):
        factor, rest = algebra.coefficient(b if a is ZERO else a)
        if factor is not ONE and rest is not ONE:
            return algebra.mul(factor, select(c, ZERO, rest) if a is ZERO else select(c, rest, ZERO))
    return intern(Op.SELECT, (c, a, b))
