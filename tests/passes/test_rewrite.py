"""Rewriting graphs."""

from __future__ import annotations

from morefit_py.graph.build import Node, exp, param, sin
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Parameter
from morefit_py.passes.rewrite import rewrite

A, B = param(Parameter("a", 0.5)), param(Parameter("b", 0.5))


def test_untouched_graphs_are_the_same_object() -> None:
    root = exp(A) * sin(B)
    assert rewrite([root], lambda node: node) == [root]


def test_a_rule_sees_rewritten_arguments() -> None:
    def rule(node: Node) -> Node:
        return sin(node.args[0]) if node.op is Op.EXP else node

    assert rewrite([exp(exp(A))], rule) == [sin(sin(A))]


def test_a_chain_of_a_hundred_thousand_nodes_is_rewritten() -> None:
    node = A
    for _ in range(100_000):
        node = sin(node)
    (renamed,) = rewrite([node], lambda part: B if part is A else part)
    assert renamed.op is Op.SIN
