"""Data-only terms as columns: computed once for a data set where reading is cheaper than computing."""

from __future__ import annotations

from collections.abc import Iterable

from morefit_py.graph.node import Node, border, walk
from morefit_py.graph.op import Op, Stage
from morefit_py.passes.counts import LOAD_COST, is_moment, row_operations, spent, sums_of


def choose_columns(roots: Iterable[Node], budget: int) -> frozenset[Node]:
    """The data-only expressions to precompute, at most `budget` of them.

    Taken from the border between DATASET and EVENT, dearest first where the budget is short; an
    expression becomes a column if computing what it needs beyond the others costs more than a read.
    Of fixed axes, whose rows are few, only terms with sums over rows of their own are looked at.
    """
    sums = [node for node in sums_of(roots) if not is_moment(node)]
    terms = [node.args[0] for node in sums if not node.axis.rows or _over_rows(node.args[0])]
    frontier = border(terms, lambda node: node.stage in (Stage.COMPILE, Stage.CALL, Stage.DATASET))
    computed: set[Node] = set()
    wanted: list[tuple[int, Node]] = []
    for node in frontier:
        if node.stage != Stage.DATASET or not node.args or node.is_boolean:
            continue
        # What is a column already is there to be used.
        there = frozenset(held for _, held in wanted)
        fresh = [part for part in walk([node], stop=there) if part not in computed | there and part.args]
        cost = sum(map(_cost, fresh))
        if cost > LOAD_COST:
            wanted.append((cost, node))
        else:
            computed.update(fresh)
    wanted.sort(key=lambda item: (-item[0], item[1].key))
    return frozenset(node for _, node in wanted[: max(0, budget)])


def _over_rows(term: Node) -> bool:
    return any(node.op is Op.INNER for node in walk([term]))


def _cost(node: Node) -> int:
    if node.op is Op.INNER:
        return spent(row_operations([node]))
    if node.op is Op.IPOW:
        return abs(node.power).bit_length() + (8 if node.power < 0 else 0)
    return node.op.cost
