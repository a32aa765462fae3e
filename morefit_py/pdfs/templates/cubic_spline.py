"""A smooth density whose values at points are parameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import ZERO, Node, Operand
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import Domain
from morefit_py.pdfs.templates.bins import Array, bin_edges
from morefit_py.pdfs.templates.piecewise import Piecewise


@dataclass(frozen=True, eq=False)
class CubicSpline(Density):
    """The natural cubic spline through (knots_x, knots_y), normalised; the values may be parameters.

    It is linear in the values: a sum of fixed splines, each 1 at one knot and 0 at the others, which depend
    on the observable alone. Only ratios of values matter: fix one. It may dip below zero between values of
    very different size, where it is no density. The knots begin and end at the observable's bounds. Raises
    ModelError for knots that do not ascend or leave the bounds, and unless there is a value for each.
    """

    type = "cubic_spline"
    domains = {"knots_y": Domain(0.0, closed=True)}

    observable: Observable
    knots_x: tuple[float, ...]
    knots_y: tuple[Operand, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        knots = len(self._knots)
        if len(self.knots_y) != knots or knots < 3:
            raise ModelError(
                f"{self.type}: knots_y: {len(self.knots_y)} values for {knots} knots; give one for each, "
                "at least 3"
            )

    @cached_property
    def _knots(self) -> Array:
        return bin_edges(self.type, self.knots_x, self.observable, "knots_x")

    @cached_property
    def _basis(self) -> list[Piecewise]:
        """The spline that is 1 at one knot, for each."""
        # It takes longer to import than most fits take in all.
        from scipy.interpolate import CubicSpline as Interpolator

        made = Interpolator(self._knots, np.eye(len(self._knots)), bc_type="natural")
        return [Piecewise(self._knots, made.c[::-1, :, i]) for i in range(len(self._knots))]

    def shape(self) -> Node:
        total = ZERO
        for value, piece in zip(self.knots_y, self._basis, strict=True):
            total = total + value * piece.value(self.observable)
        return total

    def between(self, low: Operand, high: Operand) -> Node:
        total = ZERO
        for value, piece in zip(self.knots_y, self._basis, strict=True):
            total = total + value * (piece.content(high) - piece.content(low))
        return total

    def breaks(self) -> tuple[Operand, ...]:
        return tuple(float(knot) for knot in self._knots[1:-1])
