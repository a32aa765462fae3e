"""Rewriting a graph: each node once, arguments first, untouched nodes reused."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from morefit_py.graph.build import rebuild
from morefit_py.graph.node import Node, walk

Rule = Callable[[Node], Node]


def rewrite(roots: Iterable[Node], rule: Rule) -> list[Node]:
    """The roots with `rule` applied to every node, after its arguments were rewritten."""
    roots = list(roots)
    done: dict[Node, Node] = {}
    for node in walk(roots):
        done[node] = rule(rebuild(node, tuple(done[arg] for arg in node.args)))
    return [done[root] for root in roots]
