"""Gradient and Hessian of a likelihood by its interface: H = J^T (W J) + sum_k g_k grad^2 h_k.

The event-independent values h_k that enter the sums over events separate the loop from the parameters.
Weights W and adjoints g come from a sweep down to the interface; the Jacobian J of the interface by
forward mode; the curvature of the interface by a second sweep, seeded with g, in which values of
different components never meet. A square at event level, such as -(grad f)(grad f)^T / f^2 of a mixture's
log f, stays an outer product of scores by parameters wherever that is cheaper than by the interface.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from morefit_py.graph.build import ONE, TWO, ZERO, Node, add, mul, total
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op
from morefit_py.passes.differentiate import Derivatives, derivatives, tangents, through_sum
from morefit_py.passes.local import Active, Local, Pair, outer_values
from morefit_py.passes.sweep import Swept, sweep

Rows = dict[Node, dict[int, Node]]

# Values below a node from which on its weights are taken at the parameters instead of pushed through.
_HEAVY = 30
# Weights on a node up to which that pays.
_FEW = 4


def assembled(root: Node, wrt: Sequence[Node]) -> Derivatives:
    """The gradient and Hessian of `root` by the parameters `wrt`, through the interface of its sums."""
    return _Assembly(root, list(wrt)).run()


class _Assembly:
    def __init__(self, root: Node, wrt: list[Node]) -> None:
        self.root = root
        self.wrt = wrt
        self.hessian: dict[Pair, Node] = {}
        self.whole: set[Node] = set()
        outermost = _outermost_sums(root)
        self.leaves = list(dict.fromkeys([*outer_values(node.args[0] for node in outermost), *wrt]))
        self.jacobian: Rows = tangents(self.leaves, wrt)
        self.squares: list[tuple[Node, Node, Node]] = []

    def run(self) -> Derivatives:
        moving = [leaf for leaf in self.leaves if self.jacobian[leaf]]
        swept = sweep({self.root: ONE}, Active(moving, 2, True, self._of_sum))
        self._through_jacobian(swept)
        gradient = self._curvature(swept)
        for sensitivity, weight, node in self.squares:
            self._outer(sensitivity, weight, node)
        found = {pair: entry for pair, entry in sorted(self.hessian.items()) if entry is not ZERO}
        return Derivatives(gradient, found, frozenset(self.whole))

    def _of_sum(self, node: Node, args: list[Node]) -> Local:
        """The derivatives of one sum by its interface; squares are kept for the scores."""
        term = node.args[0]
        active = Active(args, 2, True, self._no_sums)
        below = _below(active.nodes([term]), active)
        swept = sweep(
            {term: ONE}, active, lambda inner, row: set(row) == {inner} and self._prefers_scores(below[inner])
        )
        first = [total(node.axis, swept.adjoints.get(arg, ZERO)) for arg in args]
        position = {arg: i for i, arg in enumerate(args)}
        second = {
            (position[a], position[b]): total(node.axis, weight)
            for a, row in swept.weights.items()
            for b, weight in row.items()
            if position[a] <= position[b]
        }
        self.squares += [(node, weight, square) for weight, square, _ in swept.products]
        return Local(args, first, second)

    def _no_sums(self, node: Node, args: list[Node]) -> Local:
        raise AssertionError("a sum inside a sum is part of the interface")

    def _prefers_scores(self, leaves: frozenset[Node]) -> bool:
        """Whether an outer product by parameters costs less per event than one by interface values."""
        entries = sum(len(self.jacobian[leaf]) for leaf in leaves)
        parameters = len({i for leaf in leaves for i in self.jacobian[leaf]})
        return parameters * (parameters + 1) + 2 * entries < len(leaves) * (len(leaves) + 1)

    def _through_jacobian(self, swept: Swept) -> None:
        """Add J^T (W J), the product on the right first so that sparse rows stay sparse."""
        for a, row in swept.weights.items():
            product: dict[int, Node] = {}
            for b, weight in row.items():
                for j, entry in self.jacobian[b].items():
                    change = mul(weight, entry)
                    product[j] = add(product[j], change) if j in product else change
            for i, entry in self.jacobian[a].items():
                for j, change in product.items():
                    if i <= j:
                        self._add(i, j, mul(entry, change))

    def _curvature(self, swept: Swept) -> list[Node]:
        """Add the curvature of the interface, and return the gradient."""
        # Adjoints of parameters that are interface values themselves wait until the sweep is done.
        index = {leaf: i for i, leaf in enumerate(self.wrt)}
        seeds = {leaf: adjoint for leaf, adjoint in swept.adjoints.items() if leaf not in index}
        active = Active(self.wrt, 2, True, through_sum(2))
        size = _sizes(active.nodes(seeds), active)
        below = sweep(seeds, active, lambda node, row: size[node] > _HEAVY and len(row) <= _FEW)
        slopes = tangents([node for _, a, b in below.products for node in (a, b)], self.wrt)
        for weight, a, b in below.products:
            self._product(weight, slopes[a], slopes[b], a is b)
        for a, row in below.weights.items():
            for b, weight in row.items():
                if index[a] <= index[b]:
                    self._add(index[a], index[b], weight)
        return [add(swept.adjoints.get(leaf, ZERO), below.adjoints.get(leaf, ZERO)) for leaf in self.wrt]

    def _product(self, weight: Node, left: dict[int, Node], right: dict[int, Node], same: bool) -> None:
        """Add weight * left right^T of values that are computed once a call, symmetrised if they differ."""
        for i, a in left.items():
            for j, b in right.items():
                if same and i > j:
                    continue
                change = mul(weight, mul(a, b))
                self._add(min(i, j), max(i, j), mul(TWO, change) if not same and i == j else change)

    def _outer(self, outside: Node, weight: Node, node: Node) -> None:
        """Add the sum over events of weight * s s^T, s the gradient of `node` by the parameters."""
        leaves = [leaf for leaf in outer_values([node]) if self.jacobian.get(leaf)]
        by_leaf = derivatives(node, leaves).gradient
        scores: dict[int, Node] = {}
        for leaf, slope in zip(leaves, by_leaf, strict=True):
            for i, entry in self.jacobian[leaf].items():
                change = mul(entry, slope)
                scores[i] = add(scores[i], change) if i in scores else change
        self.whole.update(scores.values())
        sensitivity = derivatives(self.root, [outside]).gradient[0]
        for i, a in scores.items():
            for j, b in scores.items():
                if i <= j:
                    self._add(i, j, mul(sensitivity, total(outside.axis, mul(weight, mul(a, b)))))

    def _add(self, i: int, j: int, change: Node) -> None:
        held = self.hessian.get((i, j))
        self.hessian[i, j] = change if held is None else add(held, change)


def _outermost_sums(root: Node) -> list[Node]:
    stop = {node for node in walk([root]) if node.op is Op.SUM}
    return [node for node in walk([root], stop=stop) if node in stop]


def _sizes(nodes: Iterable[Node], active: Active) -> dict[Node, int]:
    """About how many active values lie below each node; shared ones may count more than once."""
    size: dict[Node, int] = {}
    for node in nodes:
        size[node] = 1 + sum(size.get(arg, 0) for arg in set(active.inputs(node)))
    return size


def _below(nodes: Iterable[Node], active: Active) -> dict[Node, frozenset[Node]]:
    """The leaves each active node depends on."""
    found: dict[Node, frozenset[Node]] = {}
    for node in nodes:
        if node in active.leaves:
            found[node] = frozenset({node})
        else:
            found[node] = frozenset().union(*(found.get(arg, frozenset()) for arg in node.args))
    return found
