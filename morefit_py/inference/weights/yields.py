"""The extended fit in which nothing but the yields of given densities floats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import FitError
from morefit_py.fit.minimise import minimise
from morefit_py.graph.build import ZERO, Node, add, column, log, mul, param, total
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import WEIGHT, Axis, Observable, Parameter
from morefit_py.passes.differentiate import derivatives

Array = NDArray[np.float64]

# Rounding ends the descent long before; what it leaves is what the sum rules leave.
_TOL = 1e-20


@dataclass(frozen=True, eq=False)
class YieldsObjective:
    """sum_k n_k - sum_i v_i log sum_k n_k p_k(i), of K yields n, for densities p (n, K) and weights v (n,).

    The yields have no limits: the objective ends where the density of an event does.
    """

    names: tuple[str, ...]
    densities: Array
    weights: Array
    start: Array

    @property
    def parameters(self) -> tuple[str, ...]:
        return self.names

    @property
    def initial(self) -> Array:
        return self.start

    @property
    def lower(self) -> Array:
        return np.full(len(self.names), -np.inf)

    @property
    def upper(self) -> Array:
        return np.full(len(self.names), np.inf)

    @property
    def fixed(self) -> NDArray[np.bool_]:
        return np.zeros(len(self.names), dtype=bool)

    @cached_property
    def _roots(self) -> list[Node]:
        yields = [param(Parameter(name, 0.0)) for name in self.names]
        size = range(len(yields))
        held, expected = ZERO, ZERO
        for k, n in enumerate(yields):
            held = add(held, mul(n, column(Observable(f"density {k}", 0.0, np.inf))))
            expected = add(expected, n)
        weight = column(Observable(WEIGHT, 0.0, np.inf))
        nll = add(expected, mul(-1.0, total(Axis("events"), mul(weight, log(held)))))
        found = derivatives(nll, yields, 2)
        triangle = [found.hessian.get((i, j), ZERO) for i in size for j in size if i <= j]
        return [nll, *found.gradient, *triangle]

    def evaluate(self, theta: Array, order: int) -> tuple[float, Array | None, Array | None]:
        """The value, gradient and Hessian; nan where the density of an event is not positive."""
        count = len(self.names)
        size = {0: 1, 1: 1 + count, 2: len(self._roots)}[order]
        rows = {f"density {k}": self.densities[:, k] for k in range(count)} | {WEIGHT: self.weights}
        values = dict(zip(self.names, theta.tolist(), strict=True))
        found = np.array(evaluate(self._roots[:size], values, {"events": rows}))
        gradient = found[1 : 1 + count] if order else None
        if order < 2:
            return float(found[0]), gradient, None
        hessian = np.empty((count, count))
        hessian[np.triu_indices(count)] = found[1 + count :]
        hessian.T[np.triu_indices(count)] = found[1 + count :]
        return float(found[0]), gradient, hessian


def fitted_yields(
    where: str, names: Sequence[str], densities: Array, weights: Array, start: Array | None = None
) -> tuple[Array, Array]:
    """The yields (K,) at the minimum, and the inverse of their covariance (K, K) where v = 1.

    The latter is sum_i v_i p_k p_l / (sum n p)^2 (Pivk and Le Diberder, Nucl. Instrum. Meth. A 555 (2005)
    356, eq. 11). Raises FitError where there is no minimum: the data cannot tell two densities apart.
    """
    if start is None:
        start = np.full(len(names), float(np.sum(weights)) / len(names))
    objective = YieldsObjective(tuple(names), densities, weights, start)
    result = minimise(objective, tol=_TOL)
    if not result.valid:
        raise FitError(
            f"{where}: the yields of {', '.join(names)} cannot be fitted ({'; '.join(result.reasons)}); "
            "leave out components that the data do not need"
        )
    found = np.array([result.values[name] for name in names])
    hessian = objective.evaluate(found, 2)[2]
    assert hessian is not None
    return found, hessian
