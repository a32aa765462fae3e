"""A density smeared by a resolution."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import ONE, ZERO, Node, Operand, as_node, clamp, curve, detach, maximum, minimum
from morefit_py.graph.curve import Grid
from morefit_py.graph.inner import inner
from morefit_py.graph.substitute import substitute
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.integration.ascending import ascending
from morefit_py.pdfs.integration.corners import Points, columns_of, corner_points, describe, evaluate_at
from morefit_py.pdfs.integration.cut_rule import cut_rule
from morefit_py.pdfs.integration.interpolation import error_on, interpolation
from morefit_py.pdfs.parts.rows import fixed_rows

TOLERANCE = 1e-9
# What a grid may be off by at the result of a fit.
_UNRESOLVED = 1e-6
_ORDERS = (16, 32, 64, 128, 256)
_ROWS = 33


@dataclass(frozen=True, eq=False)
class Convolution(Density):
    """The integral of f(t) r(x - t) over t: the true value t follows f, the measured x = t + d, d follows r.

    `base` is f, a density of an observable of its own, the true value; `resolution` is r, a density of
    another, the difference; both are normalised on their bounds, which should be wide enough to lose nothing
    that matters, and x on its own. It is integrated between cuts at the landmarks of both, with as many nodes
    as 1e-9 of the largest value needs: by `method` "grid" once a call at the points of a grid, between which
    polynomials are accurate to 1e-9 too, by "direct" for every event anew. "auto" is "grid" where that is
    accurate over the limits of the parameters, else "direct", as where the resolution depends on other
    observables, such as an error per event. Both densities must be continuous where a point of theirs moves
    with parameters. Raises ModelError for densities of several observables, and where no number of nodes or,
    for "grid", of points suffices.
    """

    type = "convolution"
    choices = {"method": ("auto", "grid", "direct")}

    observable: Observable
    base: Density
    resolution: Density
    method: str = "auto"

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("base", "resolution"):
            held = getattr(self, name)
            if len(held.observables) != 1:
                raise ModelError(
                    f"{self.type}: {name} is a density of {len(held.observables)} observables, not of one"
                )
        three = self.base.x, self.resolution.x, self.observable
        if len({x.name for x in three}) < 3:
            names = ", ".join(repr(x.name) for x in three)
            raise ModelError(
                f"{self.type}: the true value, the difference and the measured value are {names}; give three "
                "different observables"
            )
        if self.method == "grid" and self.given:
            names = ", ".join(repr(x.name) for x in self.given)
            raise ModelError(
                f"{self.type}: method is 'grid', but it depends on {names} too, so that every event "
                "has a curve of its own; take 'direct'"
            )

    @property
    def observables(self) -> tuple[Observable, ...]:
        return (self.observable,)

    def _integral(
        self, kernel: Callable[[Node], Node], low: Node, high: Node, around: list[Node], nodes: int
    ) -> Node:
        """The integral of f(t) kernel(t) over true values from low to high, with cuts at these places too."""
        truth, base = self.base.x, self.base.shape()
        cuts = [*(as_node(point) for point in self.base.landmarks()), *around]
        # Where the cuts lie changes the accuracy alone, so that they are constants to derivatives.
        inside = [detach(cut) for cut in ascending([clamp(cut, low, high) for cut in cuts])]
        ends = [low, *inside, high]
        rule = cut_rule(nodes, len(ends) - 1)
        axis, rows = fixed_rows(self.type, rule)
        t = width = ZERO
        for number, end in enumerate(ends):
            t = t + rows[f"place {number}"] * end
            width = width + rows[f"width {number}"] * end
        found = inner(axis, rows["weight"] * width * substitute(base, {truth.node: t}) * kernel(t))
        norm = self.base.integral() * self.resolution.integral()
        return found / norm

    def _with(self, nodes: int, x: Node) -> Node:
        """The density at a measured value, before it is normalised on its own bounds."""
        difference, truth = self.resolution.x, self.base.x
        low = maximum(truth.low, x - difference.high)
        high = maximum(low, minimum(truth.high, x - difference.low))
        around = [x - as_node(point) for point in self.resolution.landmarks()]
        shape = self.resolution.shape()

        def kernel(t: Node) -> Node:
            return substitute(shape, {difference.node: x - t})

        return self._integral(kernel, low, high, around, nodes)

    @cached_property
    def nodes(self) -> int:
        """The nodes between two cuts."""
        points, x = self._points, self.observable.node
        columns = columns_of((self.observable, *self.given), _ROWS)
        before = evaluate_at([self._with(_ORDERS[0], x)], points, columns)[0]
        for nodes, more in pairwise(_ORDERS):
            after = evaluate_at([self._with(more, x)], points, columns)[0]
            with np.errstate(all="ignore"):
                error = np.abs(after - before) / np.max(np.abs(after), axis=-1, keepdims=True)
            if np.nanmax(error) <= TOLERANCE:
                return nodes
            before = after
        at = describe(points, int(np.nanargmax(np.nanmax(error, axis=-1))))
        raise ModelError(
            f"{self.type}: with {_ORDERS[-2]} nodes between two cuts it is still uncertain by "
            f"{np.nanmax(error):.1e} at {at}; a density with narrow parts needs `landmarks` around them"
        )

    @property
    def _points(self) -> Points:
        return corner_points(self.parameters, most=8, inside=4)

    def _exact(self, x: Node) -> Node:
        return self._with(self.nodes, x)

    @cached_property
    def grid(self) -> Grid | None:
        """What is interpolated on; None where it is integrated for every event."""
        if self.method == "direct" or self.given:
            return None
        points = self._points
        found = interpolation(self._exact, self.observable, points, self.integral(), TOLERANCE)
        if found.error <= TOLERANCE:
            return found.grid
        if self.method == "auto":
            return None
        raise ModelError(
            f"{self.type}: method is 'grid', but {found.grid.points} points are off by {found.error:.1e} of "
            f"the largest value at {describe(points, found.worst)}; narrow the limits, give the difference "
            "bounds at which the resolution has vanished, or take 'direct'"
        )

    @property
    def watched(self) -> bool:
        # Within limits the grid was chosen so that it is accurate.
        anywhere = any(not math.isfinite(p.high - p.low) for p in self.parameters if not p.fixed)
        return (anywhere and self.grid is not None) or super().watched

    def unresolved(self, values: Mapping[str, float]) -> str:
        if self.watched and self.grid is not None:
            points = {p.name: np.array([[values[p.name]]]) for p in self.parameters}
            error = error_on(self.grid, self._exact, self.observable, points, self.integral())
            if not error <= _UNRESOLVED:
                return (
                    f"its grid of {self.grid.points} points is off by {error:.1e} of the largest value; "
                    "give its parameters limits, for which the grid is then chosen, or take method 'direct'"
                )
        return super().unresolved(values)

    def shape(self) -> Node:
        grid = self.grid
        if grid is None:
            return self._exact(self.observable.node)
        # Where next to nothing is left, a polynomial may be negative.
        return maximum(curve(grid, self.observable, self._exact), 0.0)

    def integral(self) -> Node:
        x = self.observable
        return self.between(x.low, x.high)

    def between(self, low: Operand, high: Operand) -> Node:
        difference, truth = self.resolution.x, self.base.x
        ends = as_node(low), as_node(high)
        marks = (difference.low, *self.resolution.landmarks(), difference.high)
        around = [end - as_node(point) for end in ends for point in marks]

        def kernel(t: Node) -> Node:
            start, stop = (clamp(end - t, difference.low, difference.high) for end in ends)
            return self.resolution.between(start, stop)

        return self._integral(kernel, as_node(truth.low), as_node(truth.high), around, self.nodes)

    def room(self) -> Node:
        return minimum(minimum(ONE, self.base.room()), self.resolution.room())

    @property
    def normalisation(self) -> str:
        where = "for every event" if self.grid is None else f"at {self.grid.points} points"
        return f"convolution ({self.nodes} nodes between two cuts, {where})"
