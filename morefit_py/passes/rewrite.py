"""Rewriting a graph: each node once, arguments first, untouched nodes reused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from morefit_py.graph.build import rebuild
from morefit_py.graph.node import Node, intern, walk

Rule = Callable[[Node], Node]


def rewrite(roots: Iterable[Node], rule: Rule) -> list[Node]:
    """The roots with `rule` applied to every node, after its arguments were rewritten."""
    roots = list(roots)
    done: dict[Node, Node] = {}
    for node in walk(roots):
        done[node] = rule(rebuild(node, tuple(done[arg] for arg in node.args)))
    return [done[root] for root in roots]


def replace(roots: Iterable[Node], new: Mapping[Node, Node], simplify: bool = True) -> list[Node]:
    """The roots with some nodes replaced by others, which are not looked into.

    Without `simplify` every operation stays exactly as it is, only its arguments change.
    """
    roots = list(roots)
    done: dict[Node, Node] = dict(new)
    for node in walk(roots, stop=frozenset(new)):
        if node in done:
            continue
        args = tuple(done[arg] for arg in node.args)
        if args == node.args:
            done[node] = node
        else:
            done[node] = rebuild(node, args) if simplify else intern(node.op, args, node.payload)
    return [done[root] for root in roots]
