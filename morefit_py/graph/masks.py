"""Masks: selections that are exactly zero on one side, and what they must protect.

`select(x > 0, log(x), 0)` promises that log(x) is never met where x <= 0. A product with a mask must
keep that promise: zero times infinity is not zero. So the mask is drawn over whatever it multiplies
that could fail to be finite.
"""

from __future__ import annotations

import math

from morefit_py.graph.node import Node
from morefit_py.graph.op import Op
from morefit_py.graph.operand import ZERO

# A mask's condition, and whether it lets through where the condition holds.
Gate = tuple[Node, bool]

_SELECT = Op.SELECT

# Finite wherever their arguments are, short of overflow in plain sums and products.
_TAME = frozenset({
    Op.PARAM, Op.COLUMN, Op.ADD, Op.MUL, Op.SIN, Op.COS, Op.ATAN, Op.ATAN2, Op.TANH, Op.ERF, Op.ERFC,
    Op.LOG_EMG, Op.ABS, Op.FLOOR, Op.TABLE, Op.MIN, Op.MAX, Op.DETACH,
})  # fmt: skip
_LOOK = 24


def is_mask(node: Node) -> bool:
    """Whether a node is a selection with an exact zero on one side."""
    return node.op is _SELECT and (node.args[2] is ZERO or node.args[1] is ZERO)


def gate(node: Node) -> Gate:
    """The outermost gate of a mask."""
    return node.args[0], node.args[2] is ZERO


def behind(node: Node) -> Node:
    """What a mask lets through."""
    return node.args[1] if node.args[2] is ZERO else node.args[2]


def peel(node: Node) -> tuple[list[Gate], Node]:
    """The gates of masks within each other, outermost first, and what stands behind them all.

    No condition comes twice: a second gate by the same condition belongs to what stands behind.
    """
    gates: dict[Node, bool] = {}
    while is_mask(node) and node.args[0] not in gates:
        condition, side = gate(node)
        gates[condition] = side
        node = behind(node)
    return list(gates.items()), node


def closed_by(node: Node) -> set[Gate]:
    """Every gate that closes a node, those of joined conditions included."""
    found: set[Gate] = set()
    for condition, side in peel(node)[0]:
        found.add((condition, side))
        if side:
            for part in members(Op.AND, condition):
                found.add((part.args[0], False) if part.op is Op.NOT else (part, True))
    return found


def is_tame(node: Node) -> bool:
    """Whether an expression is plainly finite: a short look that answers no when in doubt."""
    stack, seen = [node], 0
    while stack:
        part = stack.pop()
        seen += 1
        if seen > _LOOK:
            return False
        op = part.op
        if op is Op.CONST:
            if not math.isfinite(part.value):
                return False
        elif op is Op.IPOW:
            if part.power < 0:
                return False
            stack.append(part.args[0])
        elif op is _SELECT:
            stack.extend(part.args[1:])
        elif op in _TAME:
            stack.extend(part.args)
        else:
            return False
    return True


def members(op: Op, condition: Node) -> set[Node]:
    """The conditions that a conjunction or disjunction joins, as far as a short look finds them."""
    found: set[Node] = set()
    stack = [condition]
    while stack and len(found) < _LOOK:
        part = stack.pop()
        if part.op is op:
            stack.extend(part.args)
        else:
            found.add(part)
    return found
