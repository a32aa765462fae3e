"""An expression with some of its values replaced by others."""

from __future__ import annotations

from collections.abc import Mapping

from morefit_py.graph.build import rebuild
from morefit_py.graph.node import Node, walk


def substitute(root: Node, values: Mapping[Node, Node]) -> Node:
    """The expression with every node that `values` holds replaced, wherever it stands."""
    built = dict(values)
    for node in walk([root], stop=frozenset(values)):
        if node not in built:
            built[node] = rebuild(node, tuple(built[arg] for arg in node.args))
    return built[root]
