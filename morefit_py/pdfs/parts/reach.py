"""Distances from a threshold, in forms that both sides of it can be evaluated with."""

from __future__ import annotations

from morefit_py.graph.build import ONE, Node, Operand, maximum, sub
from morefit_py.graph.op import Stage

# Stands for zero in logarithms and powers, also in single precision; rounding alone is larger.
EDGE = 1e-37


def above(x: Operand, threshold: Operand) -> Node:
    """x - threshold, and zero below it."""
    return maximum(sub(x, threshold), 0.0)


def room_between(low: Operand, high: Operand) -> Node:
    """high - low, which is negative where nothing is between; ends that differ by event are not judged."""
    left = sub(high, low)
    return ONE if left.stage & Stage.DATASET else left
