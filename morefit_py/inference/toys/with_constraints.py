"""A likelihood of events with constraints of its own, which change from toy to toy and are not compiled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from morefit_py.graph.build import ZERO, Node, add, param
from morefit_py.graph.meaning import evaluate
from morefit_py.likelihood.likelihood import Likelihood
from morefit_py.model.constraints.constraint import Constraint
from morefit_py.model.survey import Suspect, flaws
from morefit_py.passes.differentiate import derivatives

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class WithConstraints:
    """The objective `events` plus the terms of constraints, with exact derivatives of both.

    `suspects` are the densities that may be negative or inaccurate, looked for once for all toys.
    """

    events: Likelihood
    constraints: tuple[Constraint, ...]
    suspects: Sequence[Suspect] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        return self.events.parameters

    @property
    def initial(self) -> Array:
        return self.events.initial

    @property
    def lower(self) -> Array:
        return self.events.lower

    @property
    def upper(self) -> Array:
        return self.events.upper

    @property
    def fixed(self) -> NDArray[np.bool_]:
        return self.events.fixed

    @cached_property
    def _roots(self) -> list[Node]:
        term = ZERO
        for constraint in self.constraints:
            term = add(term, constraint.nll())
        wrt = [param(parameter) for parameter in self.events.program.parameters]
        found = derivatives(term, wrt, 2)
        pairs = combinations_with_replacement(range(len(wrt)), 2)
        return [term, *found.gradient, *(found.hessian.get(pair, ZERO) for pair in pairs)]

    def evaluate(self, theta: Array, order: int) -> tuple[float, Array | None, Array | None]:
        """The NLL, with its gradient for order >= 1 and its Hessian for order 2."""
        value, gradient, hessian = self.events.evaluate(theta, order)
        size = len(theta)
        wanted = {0: 1, 1: 1 + size, 2: len(self._roots)}[order]
        held = self._evaluated(self._roots[:wanted], theta)
        if gradient is not None:
            gradient = gradient + held[1 : 1 + size]
        if hessian is not None:
            hessian = hessian + _symmetric(held[1 + size :], size)
        return value + float(held[0]), gradient, hessian

    def flaws(self, theta: Array) -> tuple[str, ...]:
        """Which densities are negative somewhere or inaccurate, with the place or reason; empty for none."""
        return flaws(self.suspects, dict(zip(self.parameters, theta.tolist(), strict=True)))

    def constraint_hessian(self, theta: Array) -> Array:
        """The part (P, P) of the Hessian that is of constraints."""
        size = len(theta)
        return _symmetric(self._evaluated(self._roots[1 + size :], theta), size)

    def _evaluated(self, roots: Sequence[Node], theta: Array) -> Array:
        values = dict(zip(self.parameters, theta.tolist(), strict=True))
        return np.array(evaluate(roots, values), dtype=np.float64)


def _symmetric(upper: Array, size: int) -> Array:
    """The symmetric matrix with this upper triangle, given by rows."""
    matrix = np.zeros((size, size))
    matrix[np.triu_indices(size)] = upper
    matrix.T[np.triu_indices(size)] = upper
    return matrix
