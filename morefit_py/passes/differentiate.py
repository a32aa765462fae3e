"""Exact first and second derivatives of an expression, as expressions.

Reverse mode is one sweep from the result (see `sweep`); forward mode carries tangents from the leaves
up. Either treats a sum over events as one operation whose arguments are the event-independent values
that enter it, its *interface*: the loop over events then never sees the derivative of a
normalisation. With `interface=False` the sums are differentiated by the leaves themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from morefit_py.errors import GraphError
from morefit_py.graph.build import ONE, TWO, ZERO, add, mul, total
from morefit_py.graph.node import Node
from morefit_py.passes.local import Active, Local, Pair
from morefit_py.passes.sweep import sweep


@dataclass(frozen=True)
class Derivatives:
    """A gradient, and the upper triangle (i <= j) of a Hessian; entries not listed are zero.

    `whole` are sums of terms that are cheaper as they stand than expanded.
    """

    gradient: list[Node]
    hessian: dict[Pair, Node] = field(default_factory=dict)
    whole: frozenset[Node] = frozenset()


def derivatives(
    root: Node, wrt: Sequence[Node], order: int = 1, method: str = "reverse", interface: bool = True
) -> Derivatives:
    """The derivatives of `root` with respect to the nodes `wrt`, taken as independent of each other.

    `order` is 1 or 2; `method` is "reverse" or "forward". Raises GraphError for anything else.
    """
    if order not in (1, 2) or method not in ("reverse", "forward"):
        raise GraphError(f"derivatives of order {order} by method {method!r} do not exist")
    active = Active(wrt, order, interface, through_sum(order, method, interface))
    return _reverse(root, list(wrt), active) if method == "reverse" else _forward(root, list(wrt), active)


def through_sum(
    order: int = 1, method: str = "reverse", interface: bool = True
) -> Callable[[Node, list[Node]], Local]:
    """How a sum over events is differentiated: the sums of its term's derivatives."""

    def of_sum(node: Node, args: list[Node]) -> Local:
        inner = derivatives(node.args[0], args, order, method, interface)
        first = [total(node.axis, entry) for entry in inner.gradient]
        return Local(args, first, {pair: total(node.axis, entry) for pair, entry in inner.hessian.items()})

    return of_sum


def _reverse(root: Node, wrt: list[Node], active: Active) -> Derivatives:
    swept = sweep({root: ONE}, active)
    index = {leaf: i for i, leaf in enumerate(wrt)}
    hessian = {
        (index[a], index[b]): weight
        for a, row in swept.weights.items()
        for b, weight in row.items()
        if index[a] <= index[b] and weight is not ZERO
    }
    return Derivatives([swept.adjoints.get(leaf, ZERO) for leaf in wrt], dict(sorted(hessian.items())))


def tangents(roots: Sequence[Node], wrt: Sequence[Node]) -> dict[Node, dict[int, Node]]:
    """The first derivatives of several expressions, by forward mode: {root: {position in wrt: entry}}."""
    active = Active(wrt, 1, True, through_sum())
    first = _tangents(roots, list(wrt), active)[0]
    return {root: first.get(root, {}) for root in roots}


def _forward(root: Node, wrt: list[Node], active: Active) -> Derivatives:
    first, second = _tangents([root], wrt, active)
    gradient = [first.get(root, {}).get(i, ZERO) for i in range(len(wrt))]
    held = second.get(root, {})
    return Derivatives(gradient, {pair: held[pair] for pair in sorted(held) if held[pair] is not ZERO})


First = dict[Node, dict[int, Node]]
Second = dict[Node, dict[Pair, Node]]


def _tangents(roots: Sequence[Node], wrt: list[Node], active: Active) -> tuple[First, Second]:
    """Sparse first, and for order 2 second, derivatives of every active node."""
    first: First = {leaf: {i: ONE} for i, leaf in enumerate(wrt)}
    second: Second = {leaf: {} for leaf in wrt}
    for node in active.nodes(roots):
        if node in active.leaves:
            continue
        local = active.local(node)
        one: dict[int, Node] = {}
        two: dict[Pair, Node] = {}
        for arg, partial in zip(local.args, local.first, strict=True):
            for i, tangent in first[arg].items():
                _accumulate(one, i, mul(partial, tangent))
            for pair, curvature in second[arg].items():
                _accumulate(two, pair, mul(partial, curvature))
        for (m, n), partial in local.second.items():
            _outer(two, partial, first[local.args[m]], first[local.args[n]], m == n)
        first[node], second[node] = one, two
    return first, second


def _outer(
    into: dict[Pair, Node], partial: Node, left: dict[int, Node], right: dict[int, Node], same: bool
) -> None:
    """Add partial * (left x right), symmetrised unless both are the same argument's tangent."""
    for i, a in left.items():
        for j, b in right.items():
            if same and i > j:
                continue
            change = mul(partial, mul(a, b))
            if not same and i == j:
                change = mul(TWO, change)
            _accumulate(into, (min(i, j), max(i, j)), change)


def _accumulate(into: dict, key: object, change: Node) -> None:  # type: ignore[type-arg]
    if change is ZERO:
        return
    into[key] = add(into[key], change) if key in into else change
