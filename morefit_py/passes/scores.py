"""Scores, the gradients of an event's logarithm by the parameters, and the sums of their products.

An event's logarithm depends on the parameters through its interface h alone, so that its score is
s = J^T g with g its gradient by h and J = dh/dtheta. The sums over events of a factor times s s^T are
taken either of the scores themselves or of the gradients by the interface, J^T (sum factor g g^T) J.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Final

from morefit_py.graph.build import ZERO, Node, add, mul, total
from morefit_py.graph.symbols import Axis
from morefit_py.passes.differentiate import derivatives, tangents
from morefit_py.passes.local import Pair, outer_values

# The order of programs that compute products of scores and nothing else.
SCORES: Final = 3
FORMS: Final = ("scores", "interface")


@dataclass(frozen=True)
class EventTerm:
    """What the rows of an axis add to an objective, and the factor of their squared scores.

    `log_density` is the event's logarithm; it and `factor` may depend on the event.
    """

    axis: Axis
    log_density: Node
    factor: Node


@dataclass(frozen=True)
class ScoreProducts:
    """The upper triangle (i <= j) of sums of factor * s_i s_j; `whole` are sums cheaper as they stand."""

    triangle: dict[Pair, Node]
    whole: frozenset[Node]


def scores(log_density: Node, wrt: Sequence[Node]) -> list[Node]:
    """The derivatives of an event's logarithm by the parameters `wrt`."""
    leaves, slopes, jacobian = _chain(log_density, wrt)
    found = [ZERO] * len(wrt)
    for leaf, slope in zip(leaves, slopes, strict=True):
        for i, entry in jacobian[leaf].items():
            found[i] = add(found[i], mul(entry, slope))
    return found


def score_products(term: EventTerm, wrt: Sequence[Node], form: str) -> ScoreProducts:
    """The sums over the events of `term` of its factor times products of two scores, in one of FORMS."""
    if form == FORMS[0]:
        by_parameter = scores(term.log_density, wrt)
        return ScoreProducts(_sums(term, by_parameter), frozenset(by_parameter))
    leaves, slopes, jacobian = _chain(term.log_density, wrt)
    middle = _sums(term, slopes)
    triangle: dict[Pair, Node] = {}
    for a, leaf in enumerate(leaves):
        # The product on the right first, so that sparse rows stay sparse.
        row: dict[int, Node] = {}
        for b, other in enumerate(leaves):
            held = middle.get((min(a, b), max(a, b)), ZERO)
            for j, entry in jacobian[other].items():
                row[j] = add(row.get(j, ZERO), mul(held, entry))
        for i, entry in jacobian[leaf].items():
            for j, change in row.items():
                if i <= j:
                    triangle[i, j] = add(triangle.get((i, j), ZERO), mul(entry, change))
    return ScoreProducts(triangle, frozenset())


def _sums(term: EventTerm, vector: Sequence[Node]) -> dict[Pair, Node]:
    entries = [(i, entry) for i, entry in enumerate(vector) if entry is not ZERO]
    return {
        (i, j): total(term.axis, mul(term.factor, mul(left, right)))
        for (i, left), (j, right) in combinations_with_replacement(entries, 2)
    }


def _chain(
    log_density: Node, wrt: Sequence[Node]
) -> tuple[list[Node], list[Node], dict[Node, dict[int, Node]]]:
    """The interface values that move with the parameters, the gradient by them, and their Jacobian."""
    held = outer_values([log_density])
    jacobian = tangents(held, wrt)
    leaves = [leaf for leaf in held if jacobian[leaf]]
    return leaves, derivatives(log_density, leaves).gradient, jacobian
