"""How a detector measures times: exactly, or with a sum of Gaussians."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from morefit_py.errors import ModelError
from morefit_py.graph.bounds import bounds
from morefit_py.graph.build import Node, Operand, as_node, maximum, select
from morefit_py.graph.node import event_independent
from morefit_py.pdfs.parts.decay_terms import DecayTerms
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.smeared_decay import SmearedDecay

SINGLE, FLIPPED, DOUBLE = 1.0, -1.0, 0.0
# In widths: how far from its mean a Gaussian bends a decay.
_AROUND = 6.0
Part = Callable[[DecayTerms, float], Scaled]


@dataclass(frozen=True, eq=False)
class Resolution:
    """Gaussians of `means` and `sigmas` with `fractions` of all but the last; no sigmas, no smearing.

    One mean serves all Gaussians, none is zero. `side` is 1 for decays at positive times, -1 at negative
    ones, 0 at both; functions of the absolute time, but sinh and sin change sign with it.
    """

    means: tuple[Operand, ...]
    sigmas: tuple[Operand, ...]
    fractions: tuple[Operand, ...]
    side: float

    def check(self, what: str) -> None:
        """Raises ModelError for lists whose lengths do not fit, and for another side."""
        count, means, fractions = len(self.sigmas), len(self.means), len(self.fractions)
        if means > 1 and means != count:
            raise ModelError(f"{what}: means are {means} for {count} sigmas; give one for each, or one")
        if means and not count:
            raise ModelError(f"{what}: means has a value but sigmas none; give the width of the resolution")
        if fractions != max(0, count - 1):
            raise ModelError(
                f"{what}: fractions are {fractions} for {count} sigmas; give one for each but the last"
            )
        if self.side not in (SINGLE, FLIPPED, DOUBLE):
            raise ModelError(
                f"{what}: side is {self.side:g}; it is 1 for positive times, -1 for negative ones, 0 for both"
            )

    def room(self) -> Node:
        """What the fractions leave for the last Gaussian."""
        return self._shares()[-1]

    def value(self, terms: DecayTerms, t: Operand) -> Scaled:
        """What is seen at time t of a decay."""
        time = as_node(t)
        if not self.sigmas:
            return self._both(terms, lambda held, sign: _exact(held, sign * time, sign > 0.0))
        return self._smeared(terms, lambda part, sign: part.value(sign * time))

    def integral(self, terms: DecayTerms, low: Operand, high: Operand) -> Scaled:
        """The integral of `value` over [low, high]."""
        a, b = as_node(low), as_node(high)
        if not self.sigmas:
            return self._both(terms, lambda held, sign: _exact_integral(held, *_ends(a, b, sign)))
        return self._smeared(terms, lambda part, sign: part.integral(*_ends(a, b, sign)))

    def breaks(self) -> tuple[Operand, ...]:
        """Time zero without smearing, else around where each Gaussian is, unless that differs by event."""
        if not self.sigmas:
            return (0.0,)
        found: list[Operand] = []
        for mean, sigma in zip(self._means(), map(as_node, self.sigmas), strict=True):
            if event_independent(mean + sigma):
                found += [mean + steps * sigma for steps in (-_AROUND, 0.0, _AROUND)]
        return tuple(dict.fromkeys(found))

    def _smeared(self, terms: DecayTerms, of: Callable[[SmearedDecay, float], Scaled]) -> Scaled:
        parts = []
        for share, mean, sigma in zip(self._shares(), self._means(), self.sigmas, strict=True):

            def part(held: DecayTerms, sign: float, mean: Node = mean, sigma: Operand = sigma) -> Scaled:
                return of(SmearedDecay(held, sign * mean, sigma), sign)

            seen = self._both(terms, part)
            parts.append(Scaled(share * seen.factor, seen.exponent, seen.present))
        total = parts[0]
        for other in parts[1:]:
            total = total + other
        return total

    def _means(self) -> list[Node]:
        means = list(map(as_node, self.means or (0.0,)))
        return means if len(means) == len(self.sigmas) else means * len(self.sigmas)

    def _shares(self) -> list[Node]:
        rest = as_node(1.0)
        for fraction in self.fractions:
            rest = rest - fraction
        return [*map(as_node, self.fractions), rest]

    def _both(self, terms: DecayTerms, part: Part) -> Scaled:
        """The decays at positive times, at negative ones as a function of -t, or both."""
        if self.side == SINGLE:
            return part(terms, 1.0)
        if self.side == FLIPPED:
            return part(terms.mirrored(), -1.0)
        return part(terms, 1.0) + part(terms.mirrored(), -1.0)


def _ends(low: Node, high: Node, sign: float) -> tuple[Node, Node]:
    """An interval as a mirror shows it, or itself."""
    return (low, high) if sign > 0.0 else (-high, -low)


def _exact(terms: DecayTerms, s: Node, at_zero: bool) -> Scaled:
    if bounds(s)[0] >= 0.0:
        return terms.value(s)
    # Time zero is among the positive times, once where there are both.
    present = s >= 0.0 if at_zero else s > 0.0
    held = terms.value(select(present, s, 0.0))
    # Where it is absent its factor may vanish, and no logarithm may see that.
    return Scaled(select(present, held.factor, 1.0), held.exponent, present)


def _exact_integral(terms: DecayTerms, low: Node, high: Node) -> Scaled:
    start, stop = maximum(low, 0.0), maximum(high, 0.0)
    held = terms.integral(start, stop - start)
    if bounds(high)[0] > 0.0:
        return held
    present = high > 0.0
    return Scaled(select(present, held.factor, 1.0), held.exponent, present)
