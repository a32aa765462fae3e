"""How events of a density are drawn: a plan of parts, each with the slots of random numbers that it takes.

Sums choose a part for every event, products draw factor by factor, conditional densities invert their
integral (or accept and reject) row by row, and all others accept and reject under an envelope. Slots are
given out as the parts of a density are met: a sum (every density is one, perhaps of itself alone) takes its
own, then those of its parts follow in their order, and those of a product in the order of its factors.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import as_node, exp
from morefit_py.graph.meaning import evaluate
from morefit_py.model.at_point import AtPoint
from morefit_py.model.choosing import Choosing, Columns, Enveloped, Exceeded, Part
from morefit_py.model.conditional import ROOM, Accepted, Inverted
from morefit_py.model.envelope import Envelope, envelope
from morefit_py.model.numbers import Numbers, Rows
from morefit_py.pdfs.composition.fractions import Fractions
from morefit_py.pdfs.composition.product import Product
from morefit_py.pdfs.density import Density

# Weight, density, and what names it in errors.
Weighted = tuple[float, Density, str]


@dataclass(frozen=True, eq=False)
class Factors:
    """A product, the factors that others are conditional on first."""

    parts: tuple[Part, ...]

    def draw(self, numbers: Numbers, rows: Rows, columns: Columns) -> list[Exceeded]:
        return [found for part in self.parts for found in part.draw(numbers, rows, columns)]


@dataclass(frozen=True, eq=False)
class Drawer:
    """Makes the parts of densities at one point of the parameters; envelopes are kept for the next."""

    values: Mapping[str, float]
    _functions: dict[Density, tuple[AtPoint, Envelope]] = field(default_factory=dict, init=False, repr=False)
    _rooms: dict[Density, float] = field(default_factory=dict, init=False, repr=False)

    def plan(self, densities: Sequence[Weighted], known: Sequence[str] = ()) -> Part:
        """What draws events of a sum of densities; `known` are the columns that are there already.

        Densities without weight are left out. Raises ModelError for a density that cannot be drawn from.
        """
        return self._sum(densities, frozenset(known), count())

    def raised(self, exceeded: Sequence[Exceeded]) -> Drawer:
        """The same with envelopes that hold the events that exceeded them."""
        other = Drawer(self.values)
        other._functions.update(self._functions)
        other._rooms.update(self._rooms)
        for found in exceeded:
            if found.density in other._functions:
                function, bound = other._functions[found.density]
                other._functions[found.density] = function, bound.raised(found.cells, found.heights)
            else:
                known = other._rooms.get(found.density, ROOM)
                other._rooms[found.density] = max(known, ROOM * float(found.heights.max()))
        return other

    def _sum(self, densities: Sequence[Weighted], known: frozenset[str], slots: Iterator[int]) -> Part:
        flat = [held for weight, density, where in densities for held in self._flat(weight, density, where)]
        held = [(weight, density, where) for weight, density, where in flat if weight > 0.0]
        simple = [self._is_simple(density) for _, density, _ in held]
        if len(held) == 1 and not simple[0]:
            return self._part(held[0][1], held[0][2], known, slots)
        axes = [len(d.observables) if plain else 0 for (_, d, _), plain in zip(held, simple, strict=True)]
        first, *_ = (next(slots) for _ in range(max((n + 2) // 2 for n in axes)))
        leaves = [
            self._enveloped(density, where) if plain else self._part(density, where, known, slots)
            for (_, density, where), plain in zip(held, simple, strict=True)
        ]
        return Choosing(first, [weight for weight, _, _ in held], leaves)

    def _flat(self, weight: float, density: Density, where: str) -> Iterator[Weighted]:
        """A density as the parts it is a sum of."""
        if not isinstance(density, Fractions):
            yield weight, density, where
            return
        shares = np.maximum(np.array(evaluate(density.weights(), self.values)), 0.0)
        for share, part in zip(shares / shares.sum(), density.densities, strict=True):
            yield from self._flat(weight * float(share), part, where)

    @staticmethod
    def _is_simple(density: Density) -> bool:
        return not isinstance(density, Product) and not density.given

    def _enveloped(self, density: Density, where: str) -> Enveloped:
        if density not in self._functions:
            function = AtPoint(exp(as_node(density.log_density())), self.values)
            self._functions[density] = function, envelope(where, function, density.observables)
        return Enveloped(density, density.observables, *self._functions[density])

    def _part(self, density: Density, where: str, known: frozenset[str], slots: Iterator[int]) -> Part:
        if isinstance(density, Product):
            parts = []
            for factor in density.ordered:
                parts.append(self._sum([(1.0, factor, where)], known, slots))
                known |= {x.name for x in factor.observables}
            return Factors(tuple(parts))
        missing = [x.name for x in density.given if x.name not in known]
        if missing:
            raise ModelError(
                f"{where} is conditional on {missing[0]!r}; give its values, as `given`, or multiply by "
                "its density"
            )
        if len(density.observables) > 1:
            raise ModelError(f"{where}: toys of a conditional density of several observables are not known")
        if density.normalisation == "closed form":
            return Inverted(next(slots), density, self.values)
        room = self._rooms.get(density, ROOM)
        return Accepted(next(slots), density, self.values, where, room)
