"""The decay of a particle that mixes: an exponential with hyperbolic and trigonometric terms."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, minimum
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.decays.time_density import TimeDensity
from morefit_py.pdfs.fields import POSITIVE, Domain
from morefit_py.pdfs.parts.decay_terms import DecayTerms


@dataclass(frozen=True, eq=False)
class BDecay(TimeDensity):
    """exp(-|t|/tau) (c_cosh cosh(g) + c_sinh sinh(g) + c_cos cos(m) + c_sin sin(m)), with a resolution.

    g = delta_gamma t/2 and m = delta_m t; tau in the observable's unit, delta_gamma and delta_m (with
    hbar = 1) in its inverse, |delta_gamma| tau below 2. `means`, `sigmas`, `fractions` and `side` are
    those of `Decay`. The coefficients may be expressions of other observables, such as tags (RooFit's
    RooBDecay). Raises ModelError for lists whose lengths do not fit, and for another side.
    """

    type = "b_decay"
    domains = {"tau": POSITIVE, "sigmas": POSITIVE, "fractions": Domain(0.0, closed=True)}

    observable: Observable
    tau: Operand
    delta_gamma: Operand = 0.0
    delta_m: Operand = 0.0
    c_cosh: Operand = 1.0
    c_sinh: Operand = 0.0
    c_cos: Operand = 0.0
    c_sin: Operand = 0.0
    means: tuple[Operand, ...] = ()
    sigmas: tuple[Operand, ...] = ()
    fractions: tuple[Operand, ...] = ()
    side: float = 1.0

    @property
    def terms(self) -> DecayTerms:
        return DecayTerms.of(
            self.tau, self.delta_gamma, self.delta_m, self.c_cosh, self.c_sinh, self.c_cos, self.c_sin
        )

    def room(self) -> Node:
        slowest = 1.0 - abs(as_node(self.delta_gamma)) * self.tau / 2.0
        return minimum(self.resolution.room(), slowest)
