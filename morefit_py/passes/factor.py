"""Linear factoring: whatever does not depend on the event leaves the sum over events.

Every sum becomes a combination, with event-independent coefficients, of sums of monomials, each of
which is summed once however many derivatives it enters.
"""

from __future__ import annotations

from collections.abc import Iterable

from morefit_py.graph.build import ZERO, Node, add, mul, rebuild, total
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.symbols import Axis
from morefit_py.passes.inner import factored, term_nodes
from morefit_py.passes.monomial import Expansion, product


def factor(roots: Iterable[Node], model: Iterable[Node], whole: frozenset[Node] = frozenset()) -> list[Node]:
    """The roots with every sum factored.

    `model` are the expressions before differentiation: their own sums are not taken apart, nor are
    those in `whole`.
    Needs: nothing. Promises: the argument of every sum, also of those over rows for every event, is a
    monomial, equal in value.
    """
    roots = list(roots)
    model = list(model)
    whole = frozenset(walk(model)) | whole
    expansion = Expansion((whole | term_nodes(whole)) - _linear_sums(model))
    done: dict[Node, Node] = {}
    for node in walk(roots):
        args = tuple(done[arg] for arg in node.args)
        if node.op is Op.SUM:
            done[node] = _factored(node.axis, args[0], expansion)
            continue
        if node.op is Op.INNER and node not in whole:
            done[node] = factored(node, args, expansion)
            continue
        done[node] = made = rebuild(node, args)
        # A sum of the model stays one where a sum within it (a normalisation by quadrature) was factored.
        if made is not node and node in expansion.whole:
            expansion.whole.add(made)
    return [done[root] for root in roots]


def _factored(axis: Axis, term: Node, expansion: Expansion) -> Node:
    result = ZERO
    for monomial, coefficient in expansion.terms(term).items():
        result = add(result, mul(coefficient, total(axis, product(monomial))))
    return result


def _linear_sums(model: list[Node]) -> frozenset[Node]:
    """The model's own terms of a sum over events: these are summed apart, so that data-only ones leave."""
    found: set[Node] = set()
    stack = [node.args[0] for node in walk(model) if node.op is Op.SUM]
    while stack:
        node = stack.pop()
        if node.op is Op.ADD:
            found.add(node)
            stack.extend(node.args)
        elif node.op is Op.MUL:
            stack.extend(arg for arg, other in (node.args, node.args[::-1]) if not _is_mixed(other))
    return frozenset(found)


def _is_mixed(node: Node) -> bool:
    return node.stage == Stage.EVENT
