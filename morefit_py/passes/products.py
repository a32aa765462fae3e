"""Shared products: many monomials multiplied out with few multiplications.

Greedy extraction of the pair of factors that occurs in most products, until none occurs twice
(Hosangadi, Fallah & Kastner, IEEE Trans. CAD 25 (2006) 2012). Exact up to the order of rounding.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations

from morefit_py.graph.node import Node, intern, walk
from morefit_py.graph.op import Op, Stage
from morefit_py.passes.inner import shared

Pair = tuple[int, int]

# Factors of a product that is still taken apart: longer ones come from chains and share little.
LONGEST = 16


def share_products(roots: Iterable[Node], whole: frozenset[Node] = frozenset()) -> list[Node]:
    """The roots with the products of every event loop multiplied in a shared order.

    Nodes in `whole` (precomputed columns) stay as they are.
    Needs: factored sums. Promises: equal values up to rounding; arguments are no longer in the
    order of the smart constructors, so the result is for scheduling, not for further algebra.
    """
    roots = list(roots)
    nodes = list(walk(roots, stop=whole))
    terms = shared((node for node in nodes if node not in whole), share_products)
    products = _products(nodes, whole)
    users = (node for node in nodes if node not in products)
    targets = list(dict.fromkeys(arg for node in users for arg in node.args if arg in products))
    if not targets and not terms:
        return roots
    sharing = _Sharing([_factors(node, products) for node in targets])
    done: dict[Node, Node] = {}
    place = {node: i for i, node in enumerate(targets)}
    for node in nodes:
        if node in place:
            done[node] = sharing.build(place[node], done)
            continue
        if node in whole:
            done[node] = node
            continue
        args = tuple(done[arg] for arg in node.args)
        payload = terms.get(node, node.payload)
        done[node] = node if (args, payload) == (node.args, node.payload) else intern(node.op, args, payload)
    return [done[root] for root in roots]


def _products(nodes: list[Node], whole: frozenset[Node]) -> set[Node]:
    """The products and powers of event-dependent values, but those of too many factors."""
    length: dict[Node, int] = {}
    for node in nodes:
        if node in whole or not node.stage & Stage.DATASET:
            continue
        if node.op is Op.MUL and node.args[0].stage & Stage.DATASET:
            factors = sum(length.get(arg, 1) for arg in node.args)
        elif node.op is Op.IPOW and node.power != -1:
            factors = abs(node.power) * length.get(node.args[0], 1)
        else:
            continue
        if factors <= LONGEST:
            length[node] = factors
    return set(length)


def _factors(node: Node, products: set[Node]) -> list[Node]:
    """The atoms of a product, each as often as its power; negative powers as reciprocals."""
    found: list[Node] = []
    stack = [(node, 1)]
    while stack:
        part, power = stack.pop()
        if part not in products:
            found += _repeated(part, power)
        elif part.op is Op.MUL:
            stack.extend((arg, power) for arg in part.args)
        else:
            stack.append((part.args[0], power * part.power))
    return sorted(found, key=lambda atom: atom.key)


def _repeated(atom: Node, power: int) -> list[Node]:
    if power < 0:
        atom = atom.args[0] if atom.op is Op.IPOW and atom.power == -1 else intern(Op.IPOW, (atom,), -1)
    return [atom] * abs(power)


class _Sharing:
    """Factors by number: first the atoms, then each extracted pair."""

    def __init__(self, products: list[list[Node]]) -> None:
        self.atoms = list(dict.fromkeys(atom for product in products for atom in product))
        number = {atom: i for i, atom in enumerate(self.atoms)}
        self.pairs: list[Pair] = []
        self.rows = [Counter(number[atom] for atom in product) for product in products]
        self._built: dict[int, Node] = {}
        self._extract()

    def _extract(self) -> None:
        holders: dict[Pair, set[int]] = defaultdict(set)
        for i, row in enumerate(self.rows):
            for pair in _pairs(row):
                holders[pair].add(i)
        heap = [(-len(held), pair) for pair, held in holders.items()]
        heapq.heapify(heap)
        while heap:
            count, pair = heapq.heappop(heap)
            held = holders.get(pair)
            if not held or -count != len(held):
                if held:
                    heapq.heappush(heap, (-len(held), pair))
                continue
            if len(held) < 2 and not (pair[0] == pair[1] and self._repeats(pair, held)):
                continue
            self._take(pair, sorted(held), holders, heap)

    def _repeats(self, pair: Pair, held: set[int]) -> bool:
        """Whether one product alone holds a square at least twice: x^4 = (x^2)^2."""
        return any(self.rows[i][pair[0]] >= 4 for i in held)

    def _take(
        self, pair: Pair, held: list[int], holders: dict[Pair, set[int]], heap: list[tuple[int, Pair]]
    ) -> None:
        fresh = len(self.atoms) + len(self.pairs)
        self.pairs.append(pair)
        touched: set[Pair] = set()
        for i in held:
            row = self.rows[i]
            for old in _pairs(row):
                holders[old].discard(i)
            times = row[pair[0]] // 2 if pair[0] == pair[1] else min(row[pair[0]], row[pair[1]])
            for part in pair:
                row[part] -= times
                if not row[part]:
                    del row[part]
            row[fresh] += times
            for new in _pairs(row):
                holders[new].add(i)
                touched.add(new)
        for new in touched:
            heapq.heappush(heap, (-len(holders[new]), new))

    def build(self, index: int, done: dict[Node, Node]) -> Node:
        """The product of one row, from rewritten atoms."""
        parts = [self._part(part, done) for part in sorted(self.rows[index].elements())]
        result = parts[0]
        for part in parts[1:]:
            result = _multiply(result, part)
        return result

    def _part(self, number: int, done: dict[Node, Node]) -> Node:
        if number in self._built:
            return self._built[number]
        if number < len(self.atoms):
            atom = self.atoms[number]
            # A reciprocal that only a higher negative power implied is not in the graph yet.
            made = done[atom] if atom in done else intern(Op.IPOW, (done[atom.args[0]],), -1)
        else:
            a, b = self.pairs[number - len(self.atoms)]
            made = _multiply(self._part(a, done), self._part(b, done))
        self._built[number] = made
        return made


def _pairs(row: Counter[int]) -> list[Pair]:
    different = list(combinations(sorted(row), 2))
    return different + [(part, part) for part, power in row.items() if power > 1]


def _multiply(a: Node, b: Node) -> Node:
    if a is b:
        return intern(Op.IPOW, (a,), 2)
    return intern(Op.MUL, (a, b) if a.key < b.key else (b, a))
