"""The reverse sweep: adjoints, and by edge pushing the second-order weights, from results to leaves.

Gower & Mello, Optim. Methods Softw. 27 (2012) 251: the weights form a symmetric sparse matrix over
the nodes still to be processed; processing a node replaces the weights on it by weights on its
arguments, so that gradient and Hessian come out of one sweep, symmetric and sparse.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from morefit_py.graph.build import TWO, ZERO, Node, add, mul
from morefit_py.passes.local import Active, Local


@dataclass
class Weights:
    """Symmetric second-order weights between nodes."""

    rows: dict[Node, dict[Node, Node]] = field(default_factory=dict)

    def add(self, a: Node, b: Node, weight: Node) -> None:
        if weight is ZERO:
            return
        self._put(a, b, weight)
        if a is not b:
            self._put(b, a, weight)

    def _put(self, a: Node, b: Node, weight: Node) -> None:
        row = self.rows.setdefault(a, {})
        held = row.get(b)
        row[b] = weight if held is None else add(held, weight)

    def take(self, node: Node) -> dict[Node, Node]:
        """Remove a node's row and column and return the row."""
        row = self.rows.pop(node, {})
        for other in row:
            if other is not node:
                del self.rows[other][node]
        return row


@dataclass(frozen=True)
class Swept:
    """What reached the leaves: adjoints, weights, and the products that were kept aside.

    A product (weight, a, b) stands for the second derivative weight * grad(a) grad(b)^T, symmetrised
    where a and b differ.
    """

    adjoints: dict[Node, Node]
    weights: dict[Node, dict[Node, Node]]
    products: list[tuple[Node, Node, Node]]


Row = Mapping[Node, Node]


def _never(node: Node, row: Row) -> bool:
    return False


def sweep(seeds: Mapping[Node, Node], active: Active, keep: Callable[[Node, Row], bool] = _never) -> Swept:
    """Sweep from the seeds (nodes with their adjoints) down to the active graph's leaves.

    Where `keep` says so of a node and the weights on it, these are kept aside as products.
    """
    adjoints = dict(seeds)
    weights = Weights()
    products: list[tuple[Node, Node, Node]] = []
    for node in reversed(active.nodes(seeds)):
        if node in active.leaves:
            continue
        adjoint = adjoints.pop(node, ZERO)
        row = weights.take(node)
        if adjoint is ZERO and not row:
            continue
        if row and keep(node, row):
            products += [(weight, node, other) for other, weight in row.items()]
            row = {}
        local = active.local(node)
        for arg, first in zip(local.args, local.first, strict=True):
            change = mul(adjoint, first)
            if change is not ZERO:
                adjoints[arg] = add(adjoints[arg], change) if arg in adjoints else change
        if active.order == 2:
            _push(node, local, adjoint, row, weights)
    return Swept(adjoints, weights.rows, products)


def _push(node: Node, local: Local, adjoint: Node, row: dict[Node, Node], weights: Weights) -> None:
    """Replace the weights on a node by weights on its arguments."""
    pairs = [(a, first) for a, first in zip(local.args, local.first, strict=True) if first is not ZERO]
    for other, weight in row.items():
        if other is node:
            for i, (a, first_a) in enumerate(pairs):
                for b, first_b in pairs[i:]:
                    weights.add(a, b, mul(mul(first_a, first_b), weight))
            continue
        for a, first_a in pairs:
            change = mul(first_a, weight)
            weights.add(a, other, mul(TWO, change) if a is other else change)
    for (i, j), second in local.second.items():
        weights.add(local.args[i], local.args[j], mul(adjoint, second))
