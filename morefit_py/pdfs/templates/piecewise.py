"""Piecewise polynomials: the coefficients of the piece an argument lies in are looked up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from morefit_py.graph.build import ZERO, Node, Operand, as_node, clamp
from morefit_py.graph.table import table

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Piecewise:
    """sum_k coefficients[k, i] (x - knots[i])^k for x between knots i and i + 1.

    `knots` has shape (n + 1,), `coefficients` (degree + 1, n).
    """

    knots: Array
    coefficients: Array

    @cached_property
    def _contents(self) -> Array:
        """The integral up to the beginning of each piece, (n,)."""
        powers = 1.0 + np.arange(len(self.coefficients))[:, None]
        steps = np.sum(self.coefficients * np.diff(self.knots) ** powers / powers, axis=0)
        return np.concatenate([[0.0], np.cumsum(steps)])[:-1]

    def value(self, x: Operand) -> Node:
        """The polynomial at a point."""
        return self._horner(as_node(x), self.coefficients)

    def content(self, x: Operand) -> Node:
        """The integral from the first knot to a point, which counts as the nearest end if outside."""
        inside = clamp(x, float(self.knots[0]), float(self.knots[-1]))
        powers = 1.0 + np.arange(len(self.coefficients))[:, None]
        return self._horner(inside, np.vstack([self._contents, self.coefficients / powers]))

    def _horner(self, x: Node, coefficients: Array) -> Node:
        step = x - table(self.knots, self.knots[:-1], x)
        total = ZERO
        for row in coefficients[::-1]:
            total = total * step + table(self.knots, row, x)
        return total
