"""Products of densities of different observables."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.errors import ModelError
from morefit_py.graph.build import ONE, TRUE, ZERO, Node, add, logical_and, minimum, mul
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density


@dataclass(frozen=True, eq=False)
class Product(Density):
    """p_1(x) p_2(y) ..., each factor normalised over its own observables.

    A factor may be conditional on observables of other factors, p(t | s) p(s), but not in a circle.
    Raises ModelError for fewer than two factors, for an observable of two factors, and for a circle.
    """

    type = "product"

    components: tuple[Density, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.components) < 2:
            raise ModelError(f"{self.type}: components: {len(self.components)} components; give at least two")
        owner: dict[str, Density] = {}
        for density in self.components:
            for x in density.observables:
                if x.name in owner:
                    raise ModelError(
                        f"{self.type}: {owner[x.name].type} and {density.type} are both densities of "
                        f"{x.name!r}; the factors must be of different observables"
                    )
                owner[x.name] = density
        _ = self.ordered

    @property
    def observables(self) -> tuple[Observable, ...]:
        return tuple(x for density in self.components for x in density.observables)

    @property
    def ordered(self) -> tuple[Density, ...]:
        """The factors, those that others are conditional on first."""
        left = list(self.components)
        found: list[Density] = []
        while left:
            waiting = {x.identity for density in left for x in density.observables}
            free = [d for d in left if not any(x.identity in waiting for x in d.given)]
            if not free:
                names = " and ".join(density.type for density in left)
                raise ModelError(f"{self.type}: {names} are conditional on each other; this is no density")
            found += free
            left = [density for density in left if density not in free]
        return tuple(found)

    def shape(self) -> Node:
        total = ONE
        for density in self.components:
            total = mul(total, density.density())
        return total

    def log_shape(self) -> Node:
        total = ZERO
        for density in self.components:
            total = add(total, density.log_density())
        return total

    def integral(self) -> Node:
        return ONE

    def inside(self) -> Node:
        held = TRUE
        for density in self.components:
            held = logical_and(held, density.inside())
        return held

    def room(self) -> Node:
        room = ONE
        for density in self.components:
            room = minimum(room, density.room())
        return room

    @property
    def normalisation(self) -> str:
        return ", ".join(dict.fromkeys(density.normalisation for density in self.components))
