"""Data-only terms as columns: computed once for a data set where reading is cheaper than computing."""

from __future__ import annotations

from collections.abc import Iterable

from morefit_py.graph.node import Node, border, walk
from morefit_py.graph.op import Op, Stage
from morefit_py.passes.counts import LOAD_COST, is_moment, sums_of


def choose_columns(roots: Iterable[Node], budget: int) -> frozenset[Node]:
    """The data-only expressions to precompute, at most `budget` of them.

    Taken from the border between DATASET and EVENT, dearest first where the budget is short; an
    expression becomes a column if computing what it needs beyond the others costs more than a read.
    """
    terms = [node.args[0] for node in sums_of(roots) if not is_moment(node) and not node.axis.rows]
    frontier = border(terms, lambda node: node.stage in (Stage.COMPILE, Stage.CALL, Stage.DATASET))
    computed: set[Node] = set()
    wanted: list[tuple[int, Node]] = []
    for node in frontier:
        if node.stage != Stage.DATASET or not node.args or node.is_boolean:
            continue
        # What is a column already is there to be used.
        there = frozenset(held for _, held in wanted)
        fresh = [part for part in walk([node], stop=there) if part not in computed | there and part.args]
        cost = sum(part.op.cost if part.op is not Op.IPOW else _power_cost(part) for part in fresh)
        if cost > LOAD_COST:
            wanted.append((cost, node))
        else:
            computed.update(fresh)
    wanted.sort(key=lambda item: (-item[0], item[1].key))
    return frozenset(node for _, node in wanted[: max(0, budget)])


def _power_cost(node: Node) -> int:
    return abs(node.power).bit_length() + (8 if node.power < 0 else 0)
