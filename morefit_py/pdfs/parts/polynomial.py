"""Polynomials in one expression."""

from __future__ import annotations

from collections.abc import Sequence

from morefit_py.graph.build import ZERO, Node, Operand, as_node


def polynomial(coefficients: Sequence[Operand], operand: Operand) -> Node:
    """c_0 + c_1 x + c_2 x^2 + ..., by Horner's rule."""
    x, total = as_node(operand), ZERO
    for coefficient in reversed(coefficients):
        total = total * x + coefficient
    return total
