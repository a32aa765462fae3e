"""Where an expression is not smooth in an observable, read off its selections and tables."""

from __future__ import annotations

from morefit_py.graph.build import ONE, ZERO, Node
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.symbols import Observable

Line = tuple[Node, Node]

_COMPARES = (Op.LT, Op.LE, Op.MIN, Op.MAX)


def kinks(expression: Node, x: Observable) -> tuple[Node, ...]:
    """The points where comparisons and absolute values switch and tables step, of those linear in x.

    A point may depend on parameters and lie anywhere, also outside the bounds of x.
    """
    found: dict[Node, None] = {}
    lines: dict[Node, Line | None] = {}
    for node in walk([expression]):
        lines[node] = _line(node, [lines[arg] for arg in node.args], x)
        if node.op is Op.TABLE:
            line = lines[node.args[0]]
            if line is not None and line[0] is not ZERO:
                found |= dict.fromkeys((float(edge) - line[1]) / line[0] for edge in node.table.edges[1:-1])
        if node.op in _COMPARES or node.op is Op.ABS:
            left = lines[node.args[0]]
            right = (ZERO, ZERO) if node.op is Op.ABS else lines[node.args[1]]
            if left is None or right is None:
                continue
            slope = left[0] - right[0]
            if slope is not ZERO:
                found[(right[1] - left[1]) / slope] = None
    return tuple(found)


def stationary_points(expression: Node, x: Observable) -> tuple[Node, ...]:
    """The points, moving with parameters, around which even powers of what is linear in x are symmetric.

    Where such a power stands in an exponent or a denominator, a peak is there.
    """
    found: dict[Node, None] = {}
    lines: dict[Node, Line | None] = {}
    for node in walk([expression]):
        lines[node] = _line(node, [lines[arg] for arg in node.args], x)
        line = lines[node.args[0]] if node.op is Op.IPOW and node.power % 2 == 0 else None
        if line is not None and line[0] is not ZERO:
            point = -1.0 * line[1] / line[0]
            if point.stage & Stage.CALL:
                found[point] = None
    return tuple(found)


def _line(node: Node, args: list[Line | None], x: Observable) -> Line | None:
    """(slope, intercept) of an expression that is linear in x, with coefficients free of any observable."""
    if not node.stage & Stage.DATASET:
        return ZERO, node
    if node.op is Op.COLUMN:
        return (ONE, ZERO) if node.column == x else None
    left, right = (*args, None, None)[:2]
    if node.op not in (Op.ADD, Op.MUL) or left is None or right is None:
        return None
    (slope_a, at_a), (slope_b, at_b) = left, right
    if node.op is Op.ADD:
        return slope_a + slope_b, at_a + at_b
    if slope_a is ZERO:
        return at_a * slope_b, at_a * at_b
    return (slope_a * at_b, at_a * at_b) if slope_b is ZERO else None
