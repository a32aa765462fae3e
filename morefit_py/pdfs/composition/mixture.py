"""Sums of densities: by expected yields, or by fractions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from morefit_py.errors import ModelError
from morefit_py.graph.build import (
    FALSE,
    ONE,
    ZERO,
    Operand,
    add,
    as_node,
    is_operand,
    log,
    logical_or,
    minimum,
    mul,
    sub,
)
from morefit_py.graph.node import Node
from morefit_py.graph.op import Stage
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import as_tuple, shown, start_value
from morefit_py.pdfs.parts.log_sum import log_sum_exp, never_underflows


@dataclass(frozen=True, eq=False)
class Term:
    """One component of a model: its name, its density, and its expected yield in events, if it has one."""

    name: str
    density: Density
    expected: Node | None


@dataclass(frozen=True, eq=False)
class Mixture:
    """What one channel's events follow: components with yields (extended), or one bare density.

    `n_sig * Gaussian(...) + n_bkg * Exponential(...)` makes one; `named` names the components, and a
    factor before it scales every yield.
    A name that is taken gets a number. Raises ModelError for a sum that mixes scaled and bare densities,
    or densities of different observables.
    """

    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        if len(self.terms) > 1 and any(term.expected is None for term in self.terms):
            bare = next(term.name for term in self.terms if term.expected is None)
            raise ModelError(
                f"component {bare!r} has no yield: write `n * density` for every component of a sum, "
                "or use `fractions` for a sum that is not extended"
            )
        for term in self.terms:
            if term.expected is not None and term.expected.stage & Stage.DATASET:
                raise ModelError(f"the yield of component {term.name!r} depends on an observable")
        _same_observables([term.name for term in self.terms], [term.density for term in self.terms])
        object.__setattr__(self, "terms", _unique(self.terms))

    @property
    def extended(self) -> bool:
        """Whether the components have yields, so that the number of events enters the likelihood."""
        return self.terms[0].expected is not None

    @property
    def observables(self) -> tuple[Observable, ...]:
        """Every observable the data must have, in order of appearance: modelled, or conditional on."""
        modelled = [x for term in self.terms for x in term.density.observables]
        return tuple(dict.fromkeys([*modelled, *self.given]))

    @property
    def given(self) -> tuple[Observable, ...]:
        """The observables that components are conditional on; no component models them."""
        return tuple(dict.fromkeys(x for term in self.terms for x in term.density.given))

    def expected(self) -> Node:
        """The expected number of events."""
        total = ZERO
        for term in self.terms:
            total = add(total, term.expected if term.expected is not None else ZERO)
        return total

    def named(self, *names: str) -> Mixture:
        """The same model with its components named in order."""
        if len(names) != len(self.terms):
            raise ModelError(f"{len(names)} names for {len(self.terms)} components")
        for name in names:
            if not isinstance(name, str) or not name:
                raise ModelError(f"{name!r} is not a name for a component; use text")
        return Mixture(tuple(replace(term, name=name) for term, name in zip(self.terms, names, strict=True)))

    def __add__(self, other: Mixture | Density) -> Mixture:
        return Mixture(self.terms + as_mixture(other).terms)

    def __radd__(self, other: Density | int) -> Mixture:
        """`other + self`; `sum` begins with 0, which adds nothing."""
        if isinstance(other, int) and other == 0:
            return self
        return Mixture(as_mixture(other).terms + self.terms)  # type: ignore[arg-type]

    def __rmul__(self, factor: Operand) -> Mixture:
        """`factor * mixture`: every yield times the factor, which is itself the yield of a bare density."""
        if not is_operand(factor):
            raise ModelError(
                f"{shown(factor)} cannot be a yield; write `n * density` with a Parameter, an expression "
                "or a number n"
            )
        scale = as_node(factor)
        return Mixture(
            tuple(
                replace(term, expected=scale if term.expected is None else mul(scale, term.expected))
                for term in self.terms
            )
        )

    def __mul__(self, factor: Operand) -> Mixture:
        return self.__rmul__(factor)

    __array_ufunc__ = None


def as_mixture(value: Mixture | Density) -> Mixture:
    """A density as the model of one bare component; a mixture as it is."""
    if isinstance(value, Mixture):
        return value
    if isinstance(value, Density):
        return Mixture((Term(value.type, value, None),))
    raise ModelError(
        f"{shown(value)} is neither a density nor a sum of densities; write `n * density` for every component"
    )


def _same_observables(names: Sequence[str], densities: Sequence[Density]) -> None:
    first = {x.identity: x for x in densities[0].observables}
    for name, density in zip(names[1:], densities[1:], strict=True):
        held = {x.identity: x for x in density.observables}
        odd = [x for key, x in {**first, **held}.items() if not (key in first and key in held)]
        if odd:
            x = odd[0]
            raise ModelError(
                f"components {names[0]!r} and {name!r} are not densities of the same observables: only one "
                f"of them is a density of {x.name!r} on [{x.low:g}, {x.high:g}]; use one Observable for all"
            )


def _unique(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Number the components that would share a name: gaussian, gaussian_2, ..."""
    taken: dict[str, int] = {}
    named = []
    for term in terms:
        taken[term.name] = taken.get(term.name, 0) + 1
        count = taken[term.name]
        named.append(term if count == 1 else replace(term, name=f"{term.name}_{count}"))
    return tuple(named)


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
                f"{len(self.fractions)} fractions for {len(self.densities)} densities: "
                "the last density takes what is left, so give one fraction fewer"
            )
        _same_observables([density.type for density in self.densities], self.densities)
        left = start_value(self.weights()[-1])
        if left < -1e-12:
            raise ModelError(
                f"{self.type}: the fractions sum to {1.0 - left:g} at the start; the last density takes what "
                "is left, so start them where they sum to 1 at most"
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
