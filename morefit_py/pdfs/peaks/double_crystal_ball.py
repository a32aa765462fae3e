"""The double-sided Crystal Ball density: a Gaussian core between two power-law tails."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, log, logical_and, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE, Domain
from morefit_py.pdfs.parts.power_tail import PowerTail
from morefit_py.pdfs.parts.special import gaussian_integral


@dataclass(frozen=True, eq=False)
class DoubleCrystalBall(Density):
    """exp(-t^2/2) for -alpha_l < t < alpha_r, a power law of its own on each side beyond.

    t = (observable - mu)/sigma; mu and sigma in the observable's unit. Each tail is that of
    `CrystalBall`, the right one mirrored.
    """

    type = "double_crystal_ball"
    domains = {
        "sigma": POSITIVE,
        "alpha_l": POSITIVE,
        "n_l": Domain(1.0),
        "alpha_r": POSITIVE,
        "n_r": Domain(1.0),
    }

    observable: Observable
    mu: Operand
    sigma: Operand
    alpha_l: Operand
    n_l: Operand
    alpha_r: Operand
    n_r: Operand

    @property
    def tails(self) -> tuple[PowerTail, PowerTail]:
        """The left tail, and the right one as it is mirrored to the left."""
        return PowerTail(self.alpha_l, self.n_l), PowerTail(self.alpha_r, self.n_r)

    def log_shape(self) -> Node:
        distance, width = self.observable - as_node(self.mu), as_node(self.sigma)
        lower, upper = self.tails
        left, right = distance < -width * self.alpha_l, distance > width * self.alpha_r
        # One logarithm serves both tails; the core feeds it 1.
        z_left = lower.offset - lower.steepness / width * distance
        z_right = upper.offset + upper.steepness / width * distance
        log_z = log(select(left, z_left, select(right, z_right, 1.0)))
        core = -0.5 / width**2 * distance**2
        return select(left, lower.log_value(log_z), select(right, upper.log_value(log_z), core))

    def log_between(self, low: Operand, high: Operand) -> Node:
        mu, sigma = as_node(self.mu), as_node(self.sigma)
        low, high = (as_node(low) - mu) / sigma, (as_node(high) - mu) / sigma
        left, right = -as_node(self.alpha_l), as_node(self.alpha_r)
        # The ends of the core within the range: the same point twice where it lies outside.
        start = select(low < left, left, select(low > right, right, low))
        stop = select(high > right, right, select(high < left, left, high))
        core = gaussian_integral(start, stop, present=logical_and(high > left, low < right))
        lower, upper = self.tails
        return log(sigma) + (core + lower.integral(low, high) + upper.integral(-high, -low)).log()

    def breaks(self) -> tuple[Operand, ...]:
        mu = as_node(self.mu)
        return mu - as_node(self.alpha_l) * self.sigma, mu + as_node(self.alpha_r) * self.sigma
