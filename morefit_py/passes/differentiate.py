"""Exact first and second derivatives of an expression, as expressions.

Reverse mode is edge pushing (Gower & Mello, Optim. Methods Softw. 27 (2012) 251): one sweep from the
result to the leaves carries the adjoints and the symmetric second-order weights between live nodes,
so gradient and Hessian come out together, symmetric and sparse. Forward mode carries both from the
leaves up. Either treats a sum over events as one operation whose arguments are the event-independent
values that enter it, its *interface*; the loop over events then never sees the derivative of a
normalisation. With `interface=False` the sums are differentiated by the leaves themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from morefit_py.errors import GraphError
from morefit_py.graph.build import ONE, TWO, ZERO, add, mul, total
from morefit_py.graph.derivative import partials, second_partials
from morefit_py.graph.node import Node, border, event_independent, walk
from morefit_py.graph.op import Op, Stage

Pair = tuple[int, int]


@dataclass(frozen=True)
class Derivatives:
    """A gradient, and the upper triangle (i <= j) of a Hessian; entries not listed are zero."""

    gradient: list[Node]
    hessian: dict[Pair, Node] = field(default_factory=dict)


def derivatives(
    root: Node, wrt: Sequence[Node], order: int = 1, method: str = "reverse", interface: bool = True
) -> Derivatives:
    """The derivatives of `root` with respect to the nodes `wrt`, taken as independent of each other.

    `order` is 1 or 2; `method` is "reverse" or "forward". Raises GraphError for anything else.
    """
    if order not in (1, 2) or method not in ("reverse", "forward"):
        raise GraphError(f"derivatives of order {order} by method {method!r} do not exist")
    table = _Table(list(wrt), order, method, interface)
    return _reverse(root, table) if method == "reverse" else _forward(root, table)


@dataclass(frozen=True)
class _Local:
    """One operation's active arguments with its partial derivatives by them (positions into args)."""

    args: list[Node]
    first: list[Node]
    second: dict[Pair, Node]


class _Table:
    """The active part of a graph and every node's local derivatives."""

    def __init__(self, wrt: list[Node], order: int, method: str, interface: bool) -> None:
        self.wrt = wrt
        self.leaves = frozenset(wrt)
        self.order = order
        self.method = method
        self.interface = interface
        self._inputs: dict[Node, tuple[Node, ...]] = {}
        self._depends: dict[Node, bool] = dict.fromkeys(wrt, True)

    def inputs(self, node: Node) -> tuple[Node, ...]:
        """What a node is a function of: its arguments, or the interface of a sum."""
        if node in self.leaves:
            return ()
        if node.op is not Op.SUM:
            return node.args
        found = self._inputs.get(node)
        if found is None:
            found = self._inputs[node] = tuple(self._interface(node.args[0]))
        return found

    def _interface(self, term: Node) -> list[Node]:
        if self.interface:
            return outer_values([term])
        return [node for node in walk([term], stop=self.leaves) if node in self.leaves or node.op is Op.SUM]

    def active(self, root: Node) -> list[Node]:
        """The nodes below the root that depend on the leaves, arguments first."""
        order: list[Node] = []
        depends = self._depends
        stack: list[tuple[Node, bool]] = [(root, False)]
        seen: set[Node] = set()
        while stack:
            node, ready = stack.pop()
            if ready:
                if any(depends[arg] for arg in self.inputs(node)):
                    depends[node] = True
                    order.append(node)
                else:
                    depends[node] = False
                continue
            if node in seen:
                continue
            seen.add(node)
            if node in self.leaves:
                order.append(node)
                continue
            stack.append((node, True))
            stack.extend((arg, False) for arg in self.inputs(node) if arg not in seen)
        return order

    def local(self, node: Node) -> _Local:
        args = [arg for arg in dict.fromkeys(self.inputs(node)) if self._depends[arg]]
        if node.op is Op.SUM:
            inner = derivatives(node.args[0], args, self.order, self.method, self.interface)
            first = [total(node.axis, entry) for entry in inner.gradient]
            second = {pair: total(node.axis, entry) for pair, entry in inner.hessian.items()}
            return _Local(args, first, second)
        if node.op is Op.ADD:
            return _Local(args, [ONE] * len(args), {})
        first = _merge(node.args, partials(node), args)
        return _Local(args, first, self._second(node, args) if self.order == 2 else {})

    def _second(self, node: Node, args: list[Node]) -> dict[Pair, Node]:
        found: dict[Pair, Node] = {}
        where = {arg: i for i, arg in enumerate(args)}
        for (i, j), entry in second_partials(node).items():
            a, b = node.args[i], node.args[j]
            if a in where and b in where:
                pair = (min(where[a], where[b]), max(where[a], where[b]))
                change = mul(TWO, entry) if a is b and i != j else entry
                found[pair] = add(found[pair], change) if pair in found else change
        return found


def _merge(args: tuple[Node, ...], partials: tuple[Node, ...], wanted: list[Node]) -> list[Node]:
    """The partial derivatives by the wanted arguments, summed where one stands in several places."""
    by_arg: dict[Node, Node] = {}
    for arg, partial in zip(args, partials, strict=True):
        by_arg[arg] = add(by_arg[arg], partial) if arg in by_arg else partial
    return [by_arg[arg] for arg in wanted]


def outer_values(terms: Iterable[Node]) -> list[Node]:
    """The values that depend on parameters and enter event expressions: the interface of their sums."""
    return [node for node in border(terms, event_independent) if node.stage & Stage.CALL]


class _Weights:
    """The symmetric second-order weights between live nodes."""

    def __init__(self) -> None:
        self.rows: dict[Node, dict[Node, Node]] = {}

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
        row = self.rows.pop(node, {})
        for other in row:
            if other is not node:
                del self.rows[other][node]
        return row


def _reverse(root: Node, table: _Table) -> Derivatives:
    adjoint: dict[Node, Node] = {root: ONE}
    weights = _Weights()
    for node in reversed(table.active(root)):
        if node in table.leaves:
            continue
        sensitivity = adjoint.pop(node, ZERO)
        row = weights.take(node)
        if sensitivity is ZERO and not row:
            continue
        local = table.local(node)
        for arg, first in zip(local.args, local.first, strict=True):
            change = mul(sensitivity, first)
            if change is not ZERO:
                adjoint[arg] = add(adjoint[arg], change) if arg in adjoint else change
        if table.order == 2:
            _push(node, local, sensitivity, row, weights)
    gradient = [adjoint.get(leaf, ZERO) for leaf in table.wrt]
    index = {leaf: i for i, leaf in enumerate(table.wrt)}
    hessian = {
        (index[a], index[b]): weight
        for a, row in weights.rows.items()
        for b, weight in row.items()
        if index[a] <= index[b] and weight is not ZERO
    }
    return Derivatives(gradient, dict(sorted(hessian.items())))


def _push(node: Node, local: _Local, sensitivity: Node, row: dict[Node, Node], weights: _Weights) -> None:
    """Replace the weights on a node by weights on its arguments."""
    pairs = list(zip(local.args, local.first, strict=True))
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
        weights.add(local.args[i], local.args[j], mul(sensitivity, second))


def _forward(root: Node, table: _Table) -> Derivatives:
    first: dict[Node, dict[int, Node]] = {leaf: {i: ONE} for i, leaf in enumerate(table.wrt)}
    second: dict[Node, dict[Pair, Node]] = {leaf: {} for leaf in table.wrt}
    for node in table.active(root):
        if node in table.leaves:
            continue
        local = table.local(node)
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
    gradient = [first.get(root, {}).get(i, ZERO) for i in range(len(table.wrt))]
    held = second.get(root, {}) if table.order == 2 else {}
    return Derivatives(gradient, {pair: held[pair] for pair in sorted(held) if held[pair] is not ZERO})


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
