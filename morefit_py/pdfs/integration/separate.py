"""Expressions as sums of a factor of parameters times a function of observables."""

from __future__ import annotations

from collections.abc import Mapping

from morefit_py.graph.build import ONE, Node
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op, Stage

Terms = dict[Node, Node]

_MOST_TERMS = 128
_MOST_POWER = 4


def separate(expression: Node) -> Terms | None:
    """The functions of observables in a sum of products, each with its factor; products are expanded.

    None for an expression that is no such sum, or one of too many terms.
    """
    found: dict[Node, Terms | None] = {}
    for node in walk([expression]):
        if not node.stage & Stage.DATASET:
            found[node] = {ONE: node}
        elif not node.stage & Stage.CALL:
            found[node] = {node: ONE}
        else:
            terms = _combine(node, found)
            found[node] = None if terms is not None and len(terms) > _MOST_TERMS else terms
    return found[expression]


def _combine(node: Node, found: Mapping[Node, Terms | None]) -> Terms | None:
    left = found[node.args[0]]
    if left is None:
        return None
    if node.op is Op.IPOW and 2 <= node.power <= _MOST_POWER:
        power = left
        for _ in range(node.power - 1):
            if len(power) * len(left) > _MOST_TERMS:
                return None
            power = _product(power, left)
        return power
    right = found[node.args[1]] if node.op in (Op.ADD, Op.MUL) else None
    if right is None:
        return None
    if node.op is Op.ADD:
        return _sum(left, right)
    return _product(left, right) if len(left) * len(right) <= _MOST_TERMS else None


def _sum(left: Terms, right: Terms) -> Terms:
    total = dict(left)
    for function, factor in right.items():
        total[function] = total[function] + factor if function in total else factor
    return total


def _product(left: Terms, right: Terms) -> Terms:
    total: Terms = {}
    for f, a in left.items():
        for g, b in right.items():
            total = _sum(total, {f * g: a * b})
    return total
