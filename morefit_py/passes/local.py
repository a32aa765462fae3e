"""The active part of a graph, and every operation's derivatives by what it is a function of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from morefit_py.graph.build import ONE, TWO, add, mul
from morefit_py.graph.derivative import partials, second_partials
from morefit_py.graph.node import Node, border, event_independent, walk
from morefit_py.graph.op import Op, Stage

Pair = tuple[int, int]


@dataclass(frozen=True)
class Local:
    """An operation's active arguments with its first and second derivatives by them (by position)."""

    args: list[Node]
    first: list[Node]
    second: dict[Pair, Node]


def outer_values(terms: Iterable[Node]) -> list[Node]:
    """The values that depend on parameters and enter event expressions: the interface of their sums."""
    return [node for node in border(terms, event_independent) if node.stage & Stage.CALL]


class Active:
    """The nodes that depend on some leaves, with their local derivatives.

    A sum over events is a function of its interface, or with `interface=False` of the leaves and the
    sums within it; how it is differentiated is the caller's, as `differentiate_sum`.
    """

    def __init__(
        self,
        leaves: Sequence[Node],
        order: int,
        interface: bool,
        differentiate_sum: Callable[[Node, list[Node]], Local],
    ) -> None:
        self.leaves = frozenset(leaves)
        self.order = order
        self.interface = interface
        self.differentiate_sum = differentiate_sum
        self._inputs: dict[Node, tuple[Node, ...]] = {}
        self._depends: dict[Node, bool] = dict.fromkeys(leaves, True)

    def inputs(self, node: Node) -> tuple[Node, ...]:
        """What a node is a function of: its arguments, or the interface of a sum."""
        if node in self.leaves:
            return ()
        if node.op is not Op.SUM:
            return node.args
        found = self._inputs.get(node)
        if found is None:
            found = self._inputs[node] = tuple(self._sum_inputs(node.args[0]))
        return found

    def _sum_inputs(self, term: Node) -> list[Node]:
        if self.interface:
            return outer_values([term])
        return [node for node in walk([term], stop=self.leaves) if node in self.leaves or node.op is Op.SUM]

    def nodes(self, roots: Iterable[Node]) -> list[Node]:
        """The nodes below the roots that depend on the leaves, arguments first."""
        order: list[Node] = []
        depends = self._depends
        stack = [(root, False) for root in roots]
        seen: set[Node] = set()
        while stack:
            node, ready = stack.pop()
            if ready:
                # What is detached is constant, and its users by it need not be differentiated.
                depends[node] = node.op is not Op.DETACH and any(depends[arg] for arg in self.inputs(node))
                if depends[node]:
                    order.append(node)
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

    def local(self, node: Node) -> Local:
        """The derivatives of a node by its active inputs."""
        args = [arg for arg in dict.fromkeys(self.inputs(node)) if self._depends[arg]]
        if node.op is Op.SUM:
            return self.differentiate_sum(node, args)
        if node.op is Op.ADD:
            return Local(args, [ONE] * len(args), {})
        first = _merged(node.args, partials(node), args)
        return Local(args, first, _second(node, args) if self.order == 2 else {})


def _merged(args: tuple[Node, ...], partials: tuple[Node, ...], wanted: list[Node]) -> list[Node]:
    """The partial derivatives by the wanted arguments, summed where one stands in several places."""
    by_arg: dict[Node, Node] = {}
    for arg, partial in zip(args, partials, strict=True):
        by_arg[arg] = add(by_arg[arg], partial) if arg in by_arg else partial
    return [by_arg[arg] for arg in wanted]


def _second(node: Node, args: list[Node]) -> dict[Pair, Node]:
    found: dict[Pair, Node] = {}
    where = {arg: i for i, arg in enumerate(args)}
    for (i, j), entry in second_partials(node).items():
        a, b = node.args[i], node.args[j]
        if a in where and b in where:
            pair = (min(where[a], where[b]), max(where[a], where[b]))
            change = mul(TWO, entry) if a is b and i != j else entry
            found[pair] = add(found[pair], change) if pair in found else change
    return found
