"""The integral of an exponential of a parabola, of either curvature or none."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, exp, maximum, minimum, select, sqrt
from morefit_py.pdfs.integration.unit_rule import unit_integral
from morefit_py.pdfs.parts.scaled import Scaled

_NODES = 40
# What lies exp(-_DEEP) below the near end is left out.
_DEEP = 40.0
_LEAST = 1e-100
# What a density with two such tails says of its normalisation.
RULE = f"closed form, tails by a fixed rule ({4 * _NODES} nodes)"


@dataclass(frozen=True, eq=False)
class ParabolicTail:
    """exp(-fall y + curvature y^2) for y > 0, fall > 0."""

    fall: Operand
    curvature: Operand

    def log_value(self, y: Node) -> Node:
        """The logarithm of the tail at y."""
        return (self.curvature * y - self.fall) * y

    def integral(self, low: Node, high: Node) -> Scaled:
        """The integral over the part of [low, high] that lies above zero.

        For a positive curvature there is a minimum; the two sides of it are measured from their outer
        ends, so that neither is lost beside the other.
        """
        present = high > 0.0
        start = select(low < 0.0, 0.0, low)
        stop = select(present, high, start)
        fall, curvature = as_node(self.fall), as_node(self.curvature)
        length = stop - start
        near, far = fall - 2.0 * curvature * start, 2.0 * curvature * stop - fall
        falls, rises = near > 0.0, far > 0.0
        lowest = near / (2.0 * select(rises, curvature, 1.0))
        falling = select(falls, select(rises, lowest, length), 0.0)
        left = Scaled(self._side(near, falling), self.log_value(start), present)
        return left + Scaled(self._side(far, length - falling), self.log_value(stop), rises)

    def _side(self, fall: Node, length: Node) -> Node:
        """The integral of exp(-fall v + curvature v^2) over v from 0 to `length`, falling all the way."""
        fall = maximum(fall, _LEAST)
        drop = fall + sqrt(maximum(fall**2 - 4.0 * _DEEP * as_node(self.curvature), 0.0))
        reach = minimum(length, 2.0 * _DEEP / drop)
        return reach * unit_integral(lambda u: exp((self.curvature * reach * u - fall) * reach * u), _NODES)
