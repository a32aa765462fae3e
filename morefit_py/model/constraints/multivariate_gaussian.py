"""Several quantities measured together, with correlated Gaussian errors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.model.constraints.constraint import Constraint, check_number, check_quantity, check_start
from morefit_py.pdfs.fields import as_tuple


@dataclass(frozen=True, eq=False)
class MultivariateGaussianConstraint(Constraint):
    """d^T V^-1 d/2 + log det(2 pi V)/2 with d = quantities - means, V the covariance (n, n).

    Raises ModelError unless there are as many means as quantities, and the covariance is a symmetric,
    positive definite matrix of that size.
    """

    quantities: tuple[Operand, ...]
    means: tuple[float, ...]
    covariance: NDArray[np.float64]

    def __post_init__(self) -> None:
        kind = "multivariate Gaussian constraint"
        for name in ("quantities", "means"):
            object.__setattr__(self, name, as_tuple(f"{kind}: {name}", getattr(self, name)))
        wheres = [check_quantity(kind, quantity) for quantity in self.quantities]
        if not self.quantities or len(self.means) != len(self.quantities):
            raise ModelError(f"{kind}: {len(self.means)} means for {len(self.quantities)} quantities")
        for where, mean in zip(wheres, self.means, strict=True):
            check_number(where, "mean", mean)
        object.__setattr__(self, "means", tuple(map(float, self.means)))
        object.__setattr__(self, "covariance", _checked(kind, self.covariance, len(self.quantities)))
        check_start(kind, self.nll())

    @property
    def outcome(self) -> tuple[float, ...]:
        return self.means

    def nll_of(self, outcome: Sequence[Operand]) -> Node:
        size = len(self.quantities)
        # z = L^-1 d with V = L L^T: a sum of squares, which cannot come out negative by rounding.
        whitening = np.linalg.inv(np.linalg.cholesky(self.covariance))
        distance = [as_node(q) - mean for q, mean in zip(self.quantities, outcome, strict=True)]
        total = as_node(0.5 * size * math.log(2.0 * math.pi) - float(np.log(np.diag(whitening)).sum()))
        for row in range(size):
            z = as_node(0.0)
            for column in range(row + 1):
                z = z + float(whitening[row, column]) * distance[column]
            total = total + z**2 / 2.0
        return total

    def fluctuated(
        self, values: Mapping[str, float], generator: np.random.Generator
    ) -> MultivariateGaussianConstraint:
        centre = np.array(evaluate([as_node(q) for q in self.quantities], values))
        drawn = centre + np.linalg.cholesky(self.covariance) @ generator.standard_normal(len(centre))
        return replace(self, means=tuple(drawn.tolist()))


def _checked(kind: str, covariance: object, size: int) -> NDArray[np.float64]:
    try:
        matrix = np.array(covariance, dtype=np.float64)
    except (TypeError, ValueError):
        raise ModelError(f"{kind}: the covariance is no matrix of numbers") from None
    if matrix.shape != (size, size):
        raise ModelError(
            f"{kind}: the covariance has shape {matrix.shape}; {size} quantities need {(size, size)}"
        )
    if not np.all(np.isfinite(matrix)) or not np.allclose(matrix, matrix.T, rtol=1e-9, atol=0.0):
        raise ModelError(f"{kind}: the covariance is not symmetric and finite")
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        lowest = float(np.linalg.eigvalsh(matrix)[0])
        raise ModelError(
            f"{kind}: the covariance is not positive definite (its smallest eigenvalue is {lowest:g}); "
            "check the errors and correlations it was made from"
        ) from None
    matrix.flags.writeable = False
    return matrix
