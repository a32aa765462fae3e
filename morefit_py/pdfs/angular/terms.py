"""Sums of parameters times functions of angles: the functions are columns, their integrals numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from morefit_py.graph.build import ONE, ZERO, Node, Operand, as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable

# Gauss-Legendre nodes in each angle: exact to rounding for polynomials and harmonics of low degree.
_NODES = 48


@dataclass(frozen=True, eq=False)
class Terms:
    """sum_i factors_i functions_i, times an efficiency that depends on the angles alone.

    The first `cosines` of the observables are cosines of angles, in which sines are roots.
    """

    over: tuple[Observable, ...]
    cosines: int
    terms: tuple[tuple[Node, Node], ...]
    efficiency: Node = ONE

    def value(self) -> Node:
        """The sum, without the efficiency."""
        total = ZERO
        for factor, function in self.terms:
            total = total + factor * function
        return total

    def integral(self) -> Node:
        """The integral of the sum times the efficiency, over the bounds of the angles."""
        total = ZERO
        for (factor, _), number in zip(self.terms, self._numbers(), strict=True):
            total = total + factor * number
        return total

    def _numbers(self) -> list[float]:
        rules = [_rule(x, cosine=i < self.cosines) for i, x in enumerate(self.over)]
        weight = np.ones(1)
        for _, part in rules:
            weight = np.multiply.outer(weight, part).ravel()
        mesh = np.meshgrid(*(nodes for nodes, _ in rules), indexing="ij")
        columns = {x.name: grid.ravel() for x, grid in zip(self.over, mesh, strict=True)}
        roots = [function * self.efficiency for _, function in self.terms]
        found = evaluate(roots, {}, {"": columns})
        sizes = float(np.sum(weight))
        # What is zero by symmetry comes out as rounding.
        sums = [float(np.sum(np.broadcast_to(value, weight.shape) * weight)) for value in found]
        return [0.0 if abs(number) < 1e-13 * sizes else number for number in sums]


def _rule(x: Observable, cosine: bool) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes and weights over an observable; over a cosine those of its angle, in which sines are smooth."""
    u, w = np.polynomial.legendre.leggauss(_NODES)
    if not cosine:
        return x.low + 0.5 * x.width * (1.0 + u), 0.5 * x.width * w
    first, last = np.arccos(np.clip([x.high, x.low], -1.0, 1.0))
    angle = first + 0.5 * (last - first) * (1.0 + u)
    return np.cos(angle), 0.5 * (last - first) * np.sin(angle) * w


def legendre(degree: int, operand: Operand) -> Node:
    """The Legendre polynomial of a degree (Abramowitz & Stegun 22.7.10)."""
    x = as_node(operand)
    before, value = ONE, x
    if degree == 0:
        return before
    for n in range(1, degree):
        before, value = value, ((2.0 * n + 1.0) * x * value - float(n) * before) / (n + 1.0)
    return value
