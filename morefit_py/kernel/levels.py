"""When each sum over events is taken: as few loops over an axis as what needs what allows."""

from __future__ import annotations

from collections.abc import Sequence

from morefit_py.graph.node import Node, walk


def sum_levels(roots: Sequence[Node], sums: Sequence[Node]) -> dict[Node, int]:
    """The level of each sum: above those of the sums it needs, shared with others of its axis.

    Between the earliest and the latest level of each sum, the fewest levels that serve all sums of an
    axis are taken (interval stabbing); where axes would then wait for each other, the earliest are.
    """
    needs = _needs(roots, frozenset(sums))
    earliest: dict[Node, int] = {}
    for node, held in needs.items():
        earliest[node] = max((earliest[other] + 1 for other in held), default=0)
    latest = dict.fromkeys(needs, max(earliest.values(), default=-1))
    for node in reversed(list(needs)):
        for other in needs[node]:
            latest[other] = min(latest[other], latest[node] - 1)
    level = _stabbed(sums, earliest, latest)
    if all(level[other] < level[node] for node, held in needs.items() for other in held):
        return level
    return earliest


def _needs(roots: Sequence[Node], sums: frozenset[Node]) -> dict[Node, frozenset[Node]]:
    """For each sum the sums that its term needs directly, needed ones first."""
    below: dict[Node, frozenset[Node]] = {}
    found: dict[Node, frozenset[Node]] = {}
    empty: frozenset[Node] = frozenset()
    for node in walk(roots):
        held = empty
        for arg in node.args:
            part = below[arg]
            if part and part is not held:
                held = held | part
        if node in sums:
            found[node] = held
            held = frozenset({node})
        below[node] = held
    return found


def _stabbed(sums: Sequence[Node], earliest: dict[Node, int], latest: dict[Node, int]) -> dict[Node, int]:
    level: dict[Node, int] = {}
    for axis in dict.fromkeys(node.axis.name for node in sums):
        waiting = sorted((node for node in sums if node.axis.name == axis), key=lambda node: latest[node])
        while waiting:
            chosen = latest[waiting[0]]
            level |= {node: chosen for node in waiting if earliest[node] <= chosen}
            waiting = [node for node in waiting if node not in level]
    return level
