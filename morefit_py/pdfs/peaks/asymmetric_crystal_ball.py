"""The asymmetric Crystal Ball density: a width and a power-law tail of its own on each side."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, log, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE, Domain
from morefit_py.pdfs.parts.power_tail import PowerTail
from morefit_py.pdfs.parts.tailed_gaussian import Flank, both_sides


@dataclass(frozen=True, eq=False)
class AsymmetricCrystalBall(Density):
    """exp(-t^2/2) for -alpha_l < t < alpha_r, a power law of its own on each side beyond.

    t = (observable - mu)/sigma_l below mu and (observable - mu)/sigma_r above; mu and the widths in the
    observable's unit. Each tail is that of `CrystalBall`, the right one mirrored: RooFit's RooCrystalBall
    with two widths, zfit's GeneralizedCB.
    """

    type = "asymmetric_crystal_ball"
    domains = {
        "sigma_l": POSITIVE,
        "sigma_r": POSITIVE,
        "alpha_l": POSITIVE,
        "n_l": Domain(1.0),
        "alpha_r": POSITIVE,
        "n_r": Domain(1.0),
    }

    observable: Observable
    mu: Operand
    sigma_l: Operand
    sigma_r: Operand
    alpha_l: Operand
    n_l: Operand
    alpha_r: Operand
    n_r: Operand

    @property
    def flanks(self) -> tuple[Flank, Flank]:
        """The left side of the peak, and the right one as it is mirrored to the left."""
        left, right = PowerTail(self.alpha_l, self.n_l), PowerTail(self.alpha_r, self.n_r)
        return Flank(self.sigma_l, left), Flank(self.sigma_r, right)

    def log_shape(self) -> Node:
        distance = self.observable - as_node(self.mu)
        below = distance < 0.0
        left, right = PowerTail(self.alpha_l, self.n_l), PowerTail(self.alpha_r, self.n_r)
        # The side chooses constants, so that one form and one logarithm serve both.
        outward = distance * select(below, -1.0 / as_node(self.sigma_l), 1.0 / as_node(self.sigma_r))
        tail = PowerTail(select(below, self.alpha_l, self.alpha_r), select(below, self.n_l, self.n_r))
        steepness = select(below, left.steepness, right.steepness)
        z = select(below, left.offset, right.offset) + outward * steepness
        beyond = outward > tail.alpha
        return select(beyond, tail.log_value(log(select(beyond, z, 1.0))), -0.5 * outward**2)

    def log_between(self, low: Operand, high: Operand) -> Node:
        mu = as_node(self.mu)
        return both_sides(*self.flanks, low - mu, high - mu).log()

    def breaks(self) -> tuple[Operand, ...]:
        mu = as_node(self.mu)
        left, right = as_node(self.alpha_l) * self.sigma_l, as_node(self.alpha_r) * self.sigma_r
        return mu - left, mu, mu + right
