"""An order of evaluation that keeps few values live."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from morefit_py.graph.node import Node, walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis


def schedule(roots: Sequence[Node], ready: Collection[Node]) -> list[Node]:
    """The nodes to compute for the roots, arguments first; `ready` values are there already.

    Depth first, the argument that needs most values at once before the others (Sethi & Ullman,
    J. ACM 17 (1970) 715); among the roots, always the one that needs the fewest new values.
    """
    stop = frozenset(ready)
    needed = [node for node in walk(roots, stop=stop) if node not in stop]
    registers: dict[Node, int] = {}
    for node in needed:
        demands = sorted((registers.get(arg, 1) for arg in node.args), reverse=True)
        registers[node] = max((demand + i for i, demand in enumerate(demands)), default=1)
    order: list[Node] = []
    done: set[Node] = set(stop)
    for root in _nearest_first(roots, done, stop):
        _visit(root, registers, done, order)
    return order


def schedule_passes(roots: Sequence[Node], ready: Collection[Node]) -> list[Node]:
    """As `schedule`, but sums over the rows of one axis that can be taken in one pass follow each other."""
    order: list[Node] = []
    known = set(ready)
    for sums in _passes(roots, frozenset(ready)):
        inputs = list(dict.fromkeys(arg for node in sums for arg in node.args))
        added = schedule(inputs, known) + sums
        order += added
        known.update(added)
    return order + schedule(roots, known)


def _passes(roots: Sequence[Node], ready: frozenset[Node]) -> list[list[Node]]:
    """The sums over rows by axis, those that need others after them."""
    level: dict[Node, int] = {}
    found: dict[tuple[int, Axis], list[Node]] = {}
    for node in walk(roots, stop=ready):
        level[node] = 0 if node in ready else max((level[arg] for arg in node.args), default=0)
        if node.op is Op.INNER and node not in ready:
            found.setdefault((level[node], node.inner.axis), []).append(node)
            level[node] += 1
    return [found[key] for key in sorted(found, key=lambda key: key[0])]


def _nearest_first(roots: Sequence[Node], done: set[Node], stop: frozenset[Node]) -> list[Node]:
    """The roots in the order in which each adds little to what the ones before it computed."""
    below = {root: {node for node in walk([root], stop=stop) if node not in stop} for root in roots[:64]}
    left = list(below)
    order: list[Node] = []
    known: set[Node] = set(done)
    while left:
        best = min(left, key=lambda root: len(below[root] - known))
        left.remove(best)
        known |= below[best]
        order.append(best)
    return order + list(roots[64:])


def _visit(root: Node, registers: dict[Node, int], done: set[Node], order: list[Node]) -> None:
    stack: list[tuple[Node, bool]] = [(root, False)]
    while stack:
        node, ready = stack.pop()
        if node in done:
            continue
        if ready:
            done.add(node)
            order.append(node)
            continue
        stack.append((node, True))
        args = sorted(dict.fromkeys(node.args), key=lambda arg: registers.get(arg, 1))
        stack.extend((arg, False) for arg in args if arg not in done)


def most_live(order: Sequence[Node], roots: Collection[Node]) -> int:
    """The largest number of computed values that are needed at once."""
    uses = Counter(arg for node in order for arg in node.args)
    kept = set(roots)
    live: set[Node] = set()
    most = 0
    for node in order:
        live.add(node)
        most = max(most, len(live))
        for arg in node.args:
            uses[arg] -= 1
            if not uses[arg] and arg not in kept:
                live.discard(arg)
    return most
