"""The ExpGaussExp density: a Gaussian core between two exponential tails."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, as_node, select
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE
from morefit_py.pdfs.parts.exponential_tail import ExponentialTail
from morefit_py.pdfs.parts.tailed_gaussian import Flank, both_sides


@dataclass(frozen=True, eq=False)
class ExpGaussExp(Density):
    """exp(-t^2/2) for -alpha_l < t < alpha_r, an exponential on each side beyond.

    t = (observable - mu)/sigma_l below mu and (observable - mu)/sigma_r above; mu and the widths in the
    observable's unit. Each tail is that of `GaussExp`, the right one mirrored (S. Das, arXiv:1603.08591,
    with one width for both sides; zfit's GeneralizedGaussExpTail).
    """

    type = "exp_gauss_exp"
    domains = {"sigma_l": POSITIVE, "sigma_r": POSITIVE, "alpha_l": POSITIVE, "alpha_r": POSITIVE}

    observable: Observable
    mu: Operand
    sigma_l: Operand
    sigma_r: Operand
    alpha_l: Operand
    alpha_r: Operand

    def log_shape(self) -> Node:
        distance = self.observable - as_node(self.mu)
        below = distance < 0.0
        outward = distance * select(below, -1.0 / as_node(self.sigma_l), 1.0 / as_node(self.sigma_r))
        tail = ExponentialTail(select(below, self.alpha_l, self.alpha_r))
        return select(outward > tail.alpha, tail.log_value(-outward), -0.5 * outward**2)

    def log_between(self, low: Operand, high: Operand) -> Node:
        mu = as_node(self.mu)
        left = Flank(self.sigma_l, ExponentialTail(self.alpha_l))
        right = Flank(self.sigma_r, ExponentialTail(self.alpha_r))
        return both_sides(left, right, low - mu, high - mu).log()

    def breaks(self) -> tuple[Operand, ...]:
        mu = as_node(self.mu)
        left, right = as_node(self.alpha_l) * self.sigma_l, as_node(self.alpha_r) * self.sigma_r
        return mu - left, mu, mu + right
