"""Values of an expression replaced by others."""

from morefit_py.graph.build import as_node, exp
from morefit_py.graph.substitute import substitute
from morefit_py.graph.symbols import Observable, Parameter

A, B = Parameter("a", 1.0), Parameter("b", 2.0)
X = Observable("x", 0.0, 1.0)


def test_every_place_is_replaced() -> None:
    root = exp(A * X) + A**2
    assert substitute(root, {A.node: B.node}) is exp(B * X) + B**2
    assert substitute(root, {as_node(A): as_node(3.0)}) is exp(3.0 * X) + 9.0


def test_whole_expressions_are_replaced_and_not_looked_into() -> None:
    inner = A * X
    assert substitute(exp(inner) + A, {inner.node: A.node}) is exp(A) + A
    assert substitute(inner, {inner: X.node}) is X.node


def test_nothing_to_replace_is_the_same_expression() -> None:
    root = exp(A * X)
    assert substitute(root, {B.node: A.node}) is root
