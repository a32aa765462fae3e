"""Simplification that looks further than one node: like terms of long sums, products of exponentials."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from morefit_py.graph.build import ZERO, Node, add, coefficient, exp, mul
from morefit_py.graph.curve import reapplied
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op
from morefit_py.passes.inner import with_term
from morefit_py.passes.rewrite import rewrite


def simplify(roots: Iterable[Node]) -> list[Node]:
    """The roots with like terms gathered over whole sums, and exponentials used once multiplied together.

    Needs: nothing. Promises: equal values wherever the original is finite.
    """
    roots = list(roots)
    uses = Counter(arg for node in walk(roots) for arg in node.args)

    def rule(node: Node) -> Node:
        if node.op is Op.ADD:
            return _gather(node)
        if node.op is Op.MUL:
            return _join_exponentials(node, uses)
        if node.op is Op.INNER:
            return with_term(node, node.args, simplify([node.inner.term])[0])
        if node.op is Op.CURVE:
            (term,) = simplify([node.curve.term])
            return reapplied(replace(node.curve, term=term), node.args)
        return node

    return rewrite(roots, rule)


def _flatten(node: Node, op: Op) -> list[Node]:
    found, stack = [], [node]
    while stack:
        part = stack.pop()
        if part.op is op:
            stack.extend(reversed(part.args))
        else:
            found.append(part)
    return found


def _gather(node: Node) -> Node:
    terms = _flatten(node, Op.ADD)
    if len(terms) < 3:
        return node
    by_rest: dict[Node, Node] = {}
    for term in terms:
        factor, rest = coefficient(term)
        by_rest[rest] = add(by_rest[rest], factor) if rest in by_rest else factor
    if len(by_rest) == len(terms):
        return node
    result = ZERO
    for rest, factor in by_rest.items():
        result = add(result, mul(factor, rest))
    return result


def _join_exponentials(node: Node, uses: Counter[Node]) -> Node:
    factors = _flatten(node, Op.MUL)
    # An exponential that something else uses too is computed anyway: a product with it is cheaper.
    single = [factor for factor in factors if factor.op is Op.EXP and uses[factor] <= 1]
    if len(single) < 2:
        return node
    exponent, result = ZERO, None
    for factor in factors:
        if factor in single:
            exponent = add(exponent, factor.args[0])
        else:
            result = factor if result is None else mul(result, factor)
    joined = exp(exponent)
    return joined if result is None else mul(result, joined)
