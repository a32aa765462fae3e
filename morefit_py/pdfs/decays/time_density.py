"""What densities of decay times have in common: terms in time, seen with a resolution."""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property

from morefit_py.graph.build import Node, Operand, exp, select
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.parts.decay_terms import DecayTerms
from morefit_py.pdfs.parts.resolution import Resolution
from morefit_py.pdfs.parts.scaled import Scaled


@dataclass(frozen=True, eq=False)
class TimeDensity(Density):
    """A density of one observable, the time, with fields `means`, `sigmas`, `fractions` and `side`."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.resolution.check(self.type)

    @property
    @abstractmethod
    def terms(self) -> DecayTerms:
        """The time dependence without resolution."""

    @cached_property
    def resolution(self) -> Resolution:
        """How times are measured."""
        held = (getattr(self, name) for name in ("means", "sigmas", "fractions", "side"))
        return Resolution(*held)

    @cached_property
    def _seen(self) -> Scaled:
        return self.resolution.value(self.terms, self.x)

    def shape(self) -> Node:
        return _value(self._seen)

    def log_shape(self) -> Node:
        return _log(self._seen)

    def between(self, low: Operand, high: Operand) -> Node:
        return _value(self.resolution.integral(self.terms, low, high))

    def log_between(self, low: Operand, high: Operand) -> Node:
        return _log(self.resolution.integral(self.terms, low, high))

    def breaks(self) -> tuple[Operand, ...]:
        return self.resolution.breaks()


def _value(part: Scaled) -> Node:
    return select(part.present, part.factor * exp(part.exponent), 0.0)


def _log(part: Scaled) -> Node:
    return select(part.present, part.log(), -math.inf)
