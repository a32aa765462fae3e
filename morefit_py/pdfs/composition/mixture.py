"""Sums of densities by expected yields."""

from __future__ import annotations

from dataclasses import dataclass, replace

from morefit_py.errors import ModelError
from morefit_py.graph.build import (
    ZERO,
    Operand,
    add,
    as_node,
    is_operand,
    mul,
)
from morefit_py.graph.node import Node
from morefit_py.graph.op import Stage
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.composition.same_observables import same_observables
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import shown


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
        same_observables([term.name for term in self.terms], [term.density for term in self.terms])
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


def _unique(terms: tuple[Term, ...]) -> tuple[Term, ...]:
    """Number the components that would share a name: gaussian, gaussian_2, ..."""
    taken: dict[str, int] = {}
    named = []
    for term in terms:
        taken[term.name] = taken.get(term.name, 0) + 1
        count = taken[term.name]
        named.append(term if count == 1 else replace(term, name=f"{term.name}_{count}"))
    return tuple(named)
