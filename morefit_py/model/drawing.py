"""Events of one density, drawn in the way that suits it.

Sums choose a part for every event, products draw factor by factor, conditional densities invert their
integral (or accept and reject) row by row, and all others accept and reject under an envelope.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError
from morefit_py.graph.build import as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.model.envelope import Envelope, Function, draw, envelope
from morefit_py.pdfs.composition.fractions import Fractions
from morefit_py.pdfs.composition.product import Product
from morefit_py.pdfs.density import Density

Array = NDArray[np.float64]
Columns = dict[str, Array]
Values = Mapping[str, float]

# Halvings that take any range to the last bit.
_HALVINGS = 60
_GRID, _ROOM = 257, 1.3
_BATCH = 2**20


@dataclass(frozen=True, eq=False)
class Drawer:
    """Draws events at one point of the parameters; envelopes are kept for the next draw."""

    values: Values
    _envelopes: dict[Density, Envelope] = field(default_factory=dict, init=False, repr=False)

    def draw(
        self,
        where: str,
        density: Density,
        size: int,
        generator: np.random.Generator,
        given: Mapping[str, Array] | None = None,
    ) -> Columns:
        """`size` events by observable; `given` are the rows of what the density is conditional on.

        Raises ModelError for a density that cannot be drawn from, `where` naming it.
        """
        if not size:
            return {x.name: np.empty(0) for x in density.observables}
        match density:
            case Fractions():
                return self._sum(where, density, size, generator, given)
            case Product():
                held = dict(given or {})
                for factor in density.ordered:
                    held |= self.draw(where, factor, size, generator, held)
                return {x.name: held[x.name] for x in density.observables}
        if density.given:
            return {density.x.name: self._conditional(where, density, size, generator, given or {})}
        function = _function(density, self.values)
        if density not in self._envelopes:
            self._envelopes[density] = envelope(where, function, density.observables)
        # The envelope is not kept when raised: a toy must not depend on those drawn before it.
        events = draw(function, self._envelopes[density], size, generator)[0]
        return {x.name: np.ascontiguousarray(events[:, i]) for i, x in enumerate(density.observables)}

    def _sum(
        self,
        where: str,
        density: Fractions,
        size: int,
        generator: np.random.Generator,
        given: Mapping[str, Array] | None,
    ) -> Columns:
        share = np.maximum(np.array(evaluate(density.weights(), self.values)), 0.0)
        part = generator.choice(len(share), size, p=share / share.sum())
        columns = {x.name: np.empty(size) for x in density.observables}
        for i, held in enumerate(density.densities):
            rows = np.flatnonzero(part == i)
            some = {name: values[rows] for name, values in (given or {}).items()}
            for name, values in self.draw(where, held, len(rows), generator, some).items():
                columns[name][rows] = values
        return columns

    def _conditional(
        self,
        where: str,
        density: Density,
        size: int,
        generator: np.random.Generator,
        given: Mapping[str, Array],
    ) -> Array:
        missing = [x.name for x in density.given if x.name not in given]
        if missing:
            raise ModelError(
                f"{where} is conditional on {missing[0]!r}; give its values, as `given`, or multiply by "
                "its density"
            )
        if len(density.observables) > 1:
            raise ModelError(f"{where}: toys of a conditional density of several observables are not known")
        rows = {x.name: np.asarray(given[x.name], dtype=np.float64) for x in density.given}
        if density.normalisation == "closed form":
            return self._inverted(density, size, generator, rows)
        return self._accepted(where, density, size, generator, rows)

    def _inverted(self, density: Density, size: int, generator: np.random.Generator, rows: Columns) -> Array:
        x = density.x
        end = Observable("_end", x.low, x.high)
        content = density.between(x.low, end) / density.integral()
        wanted = generator.random(size)
        low, high = np.full(size, x.low), np.full(size, x.high)
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            below = evaluate([content], self.values, {"": {**rows, "_end": middle}})[0] < wanted
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.asarray(0.5 * (low + high))

    def _accepted(
        self, where: str, density: Density, size: int, generator: np.random.Generator, rows: Columns
    ) -> Array:
        x, root = density.x, density.log_shape()
        grid = np.linspace(x.low, x.high, _GRID)

        def shape(points: Array, some: Columns) -> Array:
            value = np.exp(evaluate([root], self.values, {"": {**some, x.name: points}})[0])
            return np.broadcast_to(value, points.shape)

        found = np.empty(size)
        for start in range(0, size, _BATCH // _GRID):
            part = {name: values[start : start + _BATCH // _GRID] for name, values in rows.items()}
            count = len(next(iter(part.values())))
            tall = {name: np.repeat(values, _GRID) for name, values in part.items()}
            surface = shape(np.tile(grid, count), tall).reshape(count, _GRID)
            top = _ROOM * surface.max(axis=1)
            if not np.all(top > 0.0):
                row = start + int(np.argmin(top > 0.0))
                raise ModelError(f"{where}: in row {row} the density vanishes or is too narrow to be sampled")
            left = np.arange(count)
            while left.size:
                some = {name: values[left] for name, values in part.items()}
                points = generator.uniform(x.low, x.high, left.size)
                value = shape(points, some)
                top[left] = np.maximum(top[left], np.where(value > top[left], _ROOM * value, 0.0))
                kept = generator.random(left.size) * top[left] < value
                found[start + left[kept]] = points[kept]
                left = left[~kept]
        return found


def _function(density: Density, values: Values) -> Function:
    root = as_node(density.log_density())

    def function(points: Array) -> Array:
        columns = {x.name: points[:, i] for i, x in enumerate(density.observables)}
        value = np.exp(evaluate([root], values, {"": columns})[0])
        return np.broadcast_to(value, (len(points),))

    return function
