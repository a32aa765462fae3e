"""What passes do to the terms of sums over rows for every event, which walks over a graph do not enter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from morefit_py.graph.build import ZERO, Node, add, mul
from morefit_py.graph.inner import Inner, resum
from morefit_py.graph.node import intern, walk
from morefit_py.graph.op import Op
from morefit_py.graph.substitute import substitute
from morefit_py.graph.symbols import Axis
from morefit_py.passes.monomial import Expansion, product


def term_nodes(nodes: Iterable[Node]) -> frozenset[Node]:
    """Everything inside the terms of the sums over rows among some nodes."""
    return frozenset(walk(node.inner.term for node in nodes if node.op is Op.INNER))


def with_term(node: Node, args: Sequence[Node], term: Node) -> Node:
    """The sum over the same rows of another term in the same slots, standing for these arguments."""
    return resum(node.inner.axis, term, dict(zip(node.inner.slots, args, strict=True)))


def factored(node: Node, args: Sequence[Node], expansion: Expansion) -> Node:
    """A sum over rows as a combination of sums of monomials, whose coefficients do not depend on the rows."""
    outside = dict(zip(node.inner.slots, args, strict=True))
    result = ZERO
    for monomial, coefficient in expansion.terms(node.inner.term).items():
        part = with_term(node, args, product(monomial))
        result = add(result, mul(substitute(coefficient, outside), part))
    return result


def shared(nodes: Iterable[Node], share: Callable[[list[Node]], list[Node]]) -> dict[Node, Inner]:
    """For each sum over rows its payload with products shared among the terms over one axis."""
    by_axis: dict[Axis, list[Node]] = {}
    for node in nodes:
        if node.op is Op.INNER:
            by_axis.setdefault(node.inner.axis, []).append(node)
    found: dict[Node, Inner] = {}
    for axis, held in by_axis.items():
        terms = share([intern(Op.SUM, (node.inner.term,), axis) for node in held])
        found |= {
            node: replace(node.inner, term=made.args[0]) for node, made in zip(held, terms, strict=True)
        }
    return found
