"""Linear algebra on stacks of small symmetric matrices, without a loop over the stack."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from morefit_py.fit.objective import Matrix, Vector
from morefit_py.fit.trust_region import SINGULAR


def cholesky(stack: Matrix) -> tuple[Matrix, NDArray[np.bool_]]:
    """The lower factors (T, F, F) of T matrices, and which of them are safely positive definite.

    The criterion is that of `trust_region.newton_step`; the factors of the others mean nothing.
    """
    factor = np.zeros_like(stack)
    good = np.ones(len(stack), dtype=bool)
    for k in range(stack.shape[1]):
        row = factor[:, k, :k]
        pivot = stack[:, k, k] - np.einsum("tj,tj->t", row, row)
        fine = pivot > SINGULAR * stack[:, k, k]
        good &= fine
        root = np.sqrt(np.where(fine, pivot, 1.0))
        below = stack[:, k + 1 :, k] - np.einsum("tij,tj->ti", factor[:, k + 1 :, :k], row)
        factor[:, k, k] = root
        factor[:, k + 1 :, k] = below / root[:, None]
    return factor, good


def solve_lower(factor: Matrix, right: Vector) -> Vector:
    """The y (T, F) with L y = right."""
    found = np.zeros_like(right)
    for k in range(right.shape[1]):
        known = np.einsum("tj,tj->t", factor[:, k, :k], found[:, :k])
        found[:, k] = (right[:, k] - known) / factor[:, k, k]
    return found


def solve_upper(factor: Matrix, right: Vector) -> Vector:
    """The x (T, F) with L^T x = right."""
    found = np.zeros_like(right)
    for k in reversed(range(right.shape[1])):
        known = np.einsum("tj,tj->t", factor[:, k + 1 :, k], found[:, k + 1 :])
        found[:, k] = (right[:, k] - known) / factor[:, k, k]
    return found


def inverse(factor: Matrix) -> Matrix:
    """The inverses (T, F, F) of L L^T."""
    size = factor.shape[1]
    columns = []
    for k in range(size):
        unit = np.zeros(factor.shape[:2])
        unit[:, k] = 1.0
        columns.append(solve_upper(factor, solve_lower(factor, unit)))
    found = np.stack(columns, axis=2)
    return np.asarray(0.5 * (found + found.transpose(0, 2, 1)))
