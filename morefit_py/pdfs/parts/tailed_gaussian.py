"""Integrals of Gaussian cores with tails, and of peaks whose two sides differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from morefit_py.graph.build import Node, Operand, as_node, logical_and, select
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.special import gaussian_integral


class Tail(Protocol):
    """What replaces exp(-t^2/2) where t < -alpha."""

    @property
    def alpha(self) -> Operand:
        """Where it joins the Gaussian, in widths from the peak."""
        ...

    def integral(self, low: Node, high: Node) -> Scaled:
        """The integral over the part of [low, high] in t that lies below -alpha."""
        ...


def one_tail(tail: Tail, low: Node, high: Node) -> Scaled:
    """The integral over [low, high] in t of a Gaussian core with one tail, on its left."""
    join = -as_node(tail.alpha)
    reached = high > join
    core = gaussian_integral(select(low < join, join, low), select(reached, high, join), reached)
    return core + tail.integral(low, high)


@dataclass(frozen=True, eq=False)
class Flank:
    """exp(-t^2/2) for t < 0, with a tail where t < -alpha; t in units of sigma.

    The right side of a peak is such a flank mirrored.
    """

    sigma: Operand
    tail: Tail | None = None

    def integral(self, low: Node, high: Node) -> Scaled:
        """The integral over the part of [low, high] that lies below zero.

        The ends are distances from the peak, and the integral is in their unit.
        """
        low, high = low / self.sigma, high / self.sigma
        present = low < 0.0
        start, stop = low, select(high > 0.0, 0.0, high)
        if self.tail is not None:
            join = -as_node(self.tail.alpha)
            present = logical_and(present, high > join)
            start = select(low < join, join, low)
        part = gaussian_integral(select(present, start, 0.0), select(present, stop, 0.0), present)
        if self.tail is not None:
            part = part + self.tail.integral(low, high)
        return Scaled(part.factor * self.sigma, part.exponent, part.present)


def both_sides(left: Flank, right: Flank, low: Node, high: Node) -> Scaled:
    """The integral of a peak made of two flanks, over [low, high] as distances from the peak."""
    return left.integral(low, high) + right.integral(-high, -low)
