"""The verifier finds every kind of illegal graph."""

from __future__ import annotations

import pytest

from morefit_py.errors import GraphError
from morefit_py.graph.build import ONE, column, less, param
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.verify import verify

A = param(Parameter("a", 0.5))
X = column(Observable("x", 0, 1))


def broken(op: Op, args: tuple[Node, ...], stage: int) -> Node:
    node = Node.__new__(Node)
    node.op, node.args, node.payload, node.stage, node.key = op, args, None, stage, b"broken"
    return node


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (broken(Op.ADD, (A,), 1), "1 arguments instead of 2"),
        (broken(Op.SELECT, (A, ONE, ONE), 1), "argument 0 is a number"),
        (broken(Op.ADD, (less(A, ONE), ONE), 1), "argument 0 is a truth value"),
        (broken(Op.ADD, (A, ONE), 0), "stage 0 instead of 1"),
        (X + A, "still depends on the event"),
    ],
)
def test_what_is_illegal_is_named_with_the_pass(node: Node, said: str) -> None:
    with pytest.raises(GraphError, match=f"after a pass.*{said}"):
        verify([node], "a pass")


def test_what_is_legal_passes() -> None:
    verify([A + 1.0, intern(Op.CONST, (), 1.0)], "a pass")
