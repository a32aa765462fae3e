"""Linear factoring: whatever does not depend on the event leaves the sum over events.

Every sum becomes a combination, with event-independent coefficients, of sums of monomials, each of
which is summed once however many derivatives it enters.
"""

from __future__ import annotations

from collections.abc import Iterable

from morefit_py.graph.build import ZERO, Node, add, mul, total
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op
from morefit_py.passes.monomial import Expansion, product
from morefit_py.passes.rewrite import replace


def factor(roots: Iterable[Node], model: Iterable[Node], whole: frozenset[Node] = frozenset()) -> list[Node]:
    """The roots with every sum factored.

    `model` are the expressions before differentiation: their own sums are not taken apart, nor are
    those in `whole`.
    Needs: nothing. Promises: the argument of every sum is a monomial, equal in value.
    """
    roots = list(roots)
    expansion = Expansion(frozenset(walk(model)) | whole)
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
