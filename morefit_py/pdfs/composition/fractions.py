"""Sums of densities by fractions, which are not extended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from morefit_py.errors import ModelError
from morefit_py.graph.build import FALSE, ONE, ZERO, Operand, add, as_node, log, logical_or, minimum, mul, sub
from morefit_py.graph.node import Node
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.composition.same_observables import same_observables
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import as_tuple, start_value
from morefit_py.pdfs.parts.log_sum import log_sum_exp, never_underflows


@dataclass(frozen=True, eq=False)
class Fractions(Density):
    """A sum of normalised densities by fractions: f1 p1 + f2 p2 + ... + (1 - f1 - f2 - ...) p_last."""

    type = "fractions"

    densities: tuple[Density, ...]
    fractions: tuple[Operand, ...]

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.densities) < 2 or len(self.fractions) != len(self.densities) - 1:
            raise ModelError(
                f"{self.type}: fractions: {len(self.fractions)} fractions for {len(self.densities)} "
                "densities: the last density takes what is left, so give one fraction fewer"
            )
        same_observables([density.type for density in self.densities], self.densities)
        left = start_value(self.weights()[-1])
        if left < -1e-12:
            raise ModelError(
                f"{self.type}: fractions: the fractions sum to {1.0 - left:g} at the start; the last density "
                "takes what is left, so start them where they sum to 1 at most"
            )

    @property
    def observables(self) -> tuple[Observable, ...]:
        return tuple(dict.fromkeys(x for density in self.densities for x in density.observables))

    def weights(self) -> tuple[Node, ...]:
        """The fraction of every density, the last one included."""
        left = ONE
        for fraction in self.fractions:
            left = sub(left, fraction)
        return (*(as_node(fraction) for fraction in self.fractions), left)

    def shape(self) -> Node:
        total = ZERO
        for weight, density in zip(self.weights(), self.densities, strict=True):
            total = add(total, mul(weight, density.density()))
        return total

    def log_shape(self) -> Node:
        if self._never_underflows:
            return log(self.shape())
        return log_sum_exp(self.weights(), [density.log_density() for density in self.densities])

    def integral(self) -> Node:
        return ONE

    def between(self, low: Operand, high: Operand) -> Node:
        total = ZERO
        for weight, density in zip(self.weights(), self.densities, strict=True):
            total = add(total, mul(weight, density.between(low, high) / density.integral()))
        return total

    def inside(self) -> Node:
        held = FALSE
        for density in self.densities:
            held = logical_or(held, density.inside())
        return held

    def room(self) -> Node:
        room = self.weights()[-1]
        for density in self.densities:
            room = minimum(room, density.room())
        return room

    def breaks(self) -> tuple[Operand, ...]:
        return tuple(point for density in self.densities for point in density.breaks())

    @property
    def normalisation(self) -> str:
        return ", ".join(dict.fromkeys(density.normalisation for density in self.densities))

    @cached_property
    def _never_underflows(self) -> bool:
        return never_underflows(self.densities)


def fractions(densities: Sequence[Density] | Mapping[str, Density], *parts: Operand) -> Fractions:
    """The densities summed by fractions; the last one takes what the fractions leave.

    Raises ModelError unless there is one fraction fewer than densities.
    """
    held = tuple(densities.values()) if isinstance(densities, Mapping) else densities
    return Fractions(as_tuple("fractions: densities", held), parts)


def recursive_fractions(densities: Sequence[Density] | Mapping[str, Density], *parts: Operand) -> Fractions:
    """The densities summed by fractions of what is left: f1 p1 + (1 - f1) (f2 p2 + (1 - f2) (f3 p3 + ...)).

    Every fraction may be anywhere in [0, 1], whatever the others are. Raises ModelError unless there is one
    fraction fewer than densities.
    """
    left = ONE
    found = []
    for part in as_tuple("recursive fractions: fractions", parts):
        found.append(mul(left, as_node(part)))
        left = mul(left, sub(ONE, as_node(part)))
    return fractions(densities, *found)
