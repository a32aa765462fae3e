"""Linear factoring: whatever does not depend on the event leaves the sum over events.

Every sum becomes a combination, with event-independent coefficients, of sums of monomials, each of
which is summed once however many derivatives it enters.
"""

from __future__ import annotations

from collections.abc import Iterable

from morefit_py.graph.build import ZERO, Node, add, mul, total
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op, Stage
from morefit_py.passes.monomial import Expansion, product
from morefit_py.passes.rewrite import replace


def factor(roots: Iterable[Node], model: Iterable[Node], whole: frozenset[Node] = frozenset()) -> list[Node]:
    """The roots with every sum factored.

    `model` are the expressions before differentiation: their own sums are not taken apart, nor are
    those in `whole`.
    Needs: nothing. Promises: the argument of every sum is a monomial, equal in value.
    """
    roots = list(roots)
    model = list(model)
    expansion = Expansion((frozenset(walk(model)) | whole) - _linear_sums(model))
    new: dict[Node, Node] = {}
    holds_sum: set[Node] = set()
    for node in walk(roots):
        if any(arg in holds_sum for arg in node.args):
            holds_sum.add(node)
        if node.op is not Op.SUM:
            continue
        # Sums nested in the argument (normalisations by quadrature) were met before this one.
        argument = replace([node.args[0]], new)[0] if node in holds_sum else node.args[0]
        holds_sum.add(node)
        result = ZERO
        for monomial, coefficient in expansion.terms(argument).items():
            result = add(result, mul(coefficient, total(node.axis, product(monomial))))
        new[node] = result
    return replace(roots, new)


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
