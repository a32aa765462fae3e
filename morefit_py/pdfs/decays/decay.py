"""The decay of a particle without mixing, as it is or with a resolution."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.decays.time_density import TimeDensity
from morefit_py.pdfs.fields import POSITIVE, Domain
from morefit_py.pdfs.parts.decay_terms import DecayTerms


@dataclass(frozen=True, eq=False)
class Decay(TimeDensity):
    """exp(-|t|/tau), convolved with a sum of Gaussians of `means` and `sigmas` if there are any.

    Times are in the observable's unit. `fractions` are those of all Gaussians but the last; one mean
    serves all, none is 0. A width may be an expression of other observables, such as scale * error,
    which makes the density conditional on these. `side` is 1 for decays at positive times, -1 for
    negative ones and 0 for both (RooFit's RooDecay). Raises ModelError for lists whose lengths do not
    fit, and for another side.
    """

    type = "decay"
    domains = {"tau": POSITIVE, "sigmas": POSITIVE, "fractions": Domain(0.0, closed=True)}

    observable: Observable
    tau: Operand
    means: tuple[Operand, ...] = ()
    sigmas: tuple[Operand, ...] = ()
    fractions: tuple[Operand, ...] = ()
    side: float = 1.0

    @property
    def terms(self) -> DecayTerms:
        return DecayTerms.of(self.tau)

    def room(self) -> Node:
        return self.resolution.room()
