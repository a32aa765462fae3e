"""Rewriting graphs."""

from __future__ import annotations

from morefit_py.graph.build import Node, exp, mul, param, sin
from morefit_py.graph.node import intern
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Parameter
from morefit_py.passes.rewrite import replace, rewrite

A, B = param(Parameter("a", 0.5)), param(Parameter("b", 0.5))


def test_untouched_graphs_are_the_same_object() -> None:
    root = exp(A) * sin(B)
    assert rewrite([root], lambda node: node) == [root]
    assert replace([root], {}) == [root]


def test_a_rule_sees_rewritten_arguments() -> None:
    def rule(node: Node) -> Node:
        return sin(node.args[0]) if node.op is Op.EXP else node

    assert rewrite([exp(exp(A))], rule) == [sin(sin(A))]


def test_replacing_without_simplifying_keeps_operations_as_they_are() -> None:
    root = intern(Op.MUL, (A, B))
    (raw,) = replace([root], {B: A}, simplify=False)
    assert raw.op is Op.MUL
    assert raw.args == (A, A)
    assert replace([root], {B: A}) == [mul(A, A)]


def test_a_chain_of_a_hundred_thousand_nodes_is_rewritten() -> None:
    node = A
    for _ in range(100_000):
        node = sin(node)
    (renamed,) = replace([node], {A: B})
    assert renamed.op is Op.SIN
