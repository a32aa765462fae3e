"""A loop cut into stages, each a loop of its own over a block of rows.

An exponential or a logarithm is a long chain of operations that wait for each other. Chains of several
rows overlap in a processor only where little stands between them, so what needs the result of a dear
operation waits for the next stage.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from morefit_py.graph.node import Node
from morefit_py.graph.op import Op

# The cost from which on an operation ends a stage.
DEAR = 12
# Operations up to which a value is computed again in a later stage instead of being kept.
FEW = 3
# Conditions are not numbers to be kept beside others, so more may be done again for them.
FEW_FOR_CONDITIONS = 8
# Stages of a loop; what comes after so many dear operations stays together.
MOST = 6


@dataclass(frozen=True)
class Stage:
    """One loop over a block: values kept by earlier stages that are read, the body in order, values kept
    for later ones, and the positions of the loop's terms that are summed here."""

    reads: tuple[Node, ...]
    body: tuple[Node, ...]
    keeps: tuple[Node, ...]
    terms: tuple[int, ...]


def cut(body: Sequence[Node], terms: Sequence[Node]) -> list[Stage]:
    """The body of a loop, arguments first, in stages that leave all its terms."""
    place = {node: i for i, node in enumerate(body)}
    home = _homes(body, place, frozenset(terms))
    again = _computed_again(body, place)
    last = max(home.values(), default=0)
    summed: list[list[int]] = [[] for _ in range(last + 1)]
    for i, term in enumerate(terms):
        summed[home.get(term, last)].append(i)
    stages: list[Stage] = []
    wanted: set[Node] = set()
    for number in range(last, -1, -1):
        keeps = [node for node in body if node in wanted and home[node] == number]
        needed: set[Node] = set()
        reads: set[Node] = set()
        stack = [*keeps, *(terms[i] for i in summed[number])]
        while stack:
            node = stack.pop()
            if node not in place or node in needed:
                continue
            if home[node] == number:
                needed.add(node)
                stack.extend(node.args)
            elif node in again:
                needed |= again[node]
            else:
                reads.add(node)
        wanted |= reads
        if needed or summed[number]:
            stages.append(
                Stage(
                    tuple(node for node in body if node in reads),
                    tuple(node for node in body if node in needed),
                    tuple(keeps),
                    tuple(summed[number]),
                )
            )
    return stages[::-1]


def _homes(body: Sequence[Node], place: Collection[Node], terms: Collection[Node]) -> dict[Node, int]:
    """The stage of each value: the first in which all it needs is there, or that of its first user where
    nothing is kept for that but what one operation replaces, or nothing dear is below."""
    home: dict[Node, int] = {}
    plain: set[Node] = set()
    for node in body:
        args = [arg for arg in node.args if arg in place]
        home[node] = min(max((home[arg] + _is_dear(arg) for arg in args), default=0), MOST - 1)
        if not _is_dear(node) and all(arg in plain for arg in args):
            plain.add(node)
    users: dict[Node, int] = {}
    for node in reversed(body):
        args = [arg for arg in node.args if arg in place]
        waits = node in plain or (len(args) <= 1 and not _is_dear(node))
        if waits and node not in terms:
            home[node] = max(home[node], users.get(node, home[node]))
        for arg in args:
            users[arg] = min(users.get(arg, home[node]), home[node])
    return home


def _computed_again(body: Sequence[Node], place: Collection[Node]) -> dict[Node, frozenset[Node]]:
    """The values that cost so little, from the data on, that a later stage computes them itself, each with
    all that has to be computed for it."""
    below: dict[Node, frozenset[Node]] = {}
    for node in body:
        args = [arg for arg in node.args if arg in place]
        if _is_dear(node) or any(arg not in below for arg in args):
            continue
        whole = frozenset({node}).union(*(below[arg] for arg in args))
        if len(whole) <= FEW_FOR_CONDITIONS:
            below[node] = whole
    return {node: whole for node, whole in below.items() if node.is_boolean or len(whole) <= FEW}


def _is_dear(node: Node) -> bool:
    return node.op.cost >= DEAR and node.op is not Op.INNER
