"""How far two fits are apart, in units of the errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import morefit_py as mf

Array = NDArray[np.float64]
Hessian = Callable[[Array], Array]
# What is called agreement, both in units of the error.
VALUE_GOAL, ERROR_GOAL = 1e-4, 1e-3
# Steps of the differences, in errors: small against the NLL's cubic terms, large against its rounding.
STEP = 0.04


def compared(
    fit: mf.CompiledFit, ours: mf.FitResult, minuit: Any, hessian: Hessian | None = None
) -> tuple[float, float]:
    """The largest difference of values and of errors between ours and a peer's, in units of our errors.

    The peer's minimum is polished beyond its defaults first. Errors are compared by the peer's exact
    Hessian where it has one. Else both NLLs are differentiated by the same differences: at the joins of a
    Crystal Ball, where the second derivative jumps, they are good to a per cent only, and HESSE's are too.
    """
    minuit.strategy, minuit.tol = 2, 1e-6
    # Within limits Minuit works with transformed parameters, and at another precision.
    minuit.limits = [(None, None)] * len(minuit.values)
    minuit.migrad()
    values = np.array([ours.values[name] for name in ours.parameters])
    errors = np.array([ours.errors[name] for name in ours.parameters])
    moved = np.max(np.abs(np.array(minuit.values) - values) / errors)
    if hessian is not None:
        theirs, own = np.sqrt(np.diag(np.linalg.inv(hessian(values)))), errors
    else:
        unit = 0.5 / minuit.errordef
        theirs = hesse_errors(lambda theta: unit * float(minuit.fcn(theta)), values, ours.covariance)
        own = hesse_errors(fit.nll, values, ours.covariance)
    return float(moved), float(np.max(np.abs(theirs / own - 1.0)))


def hesse_errors(nll: Callable[[Array], float], at: Array, covariance: Array) -> Array:
    """The errors (P,) from the inverse Hessian of an NLL in units of 1/2, by differences.

    `covariance` only chooses the steps: directions in which the NLL is about u^2/2. Central differences of
    two step sizes, extrapolated (Richardson).
    """
    directions = np.linalg.cholesky(covariance)
    curvature = (
        4.0 * _differences(nll, at, directions, STEP) - _differences(nll, at, directions, 2 * STEP)
    ) / 3.0
    return np.sqrt(np.diag(directions @ np.linalg.inv(curvature) @ directions.T))


def _differences(nll: Callable[[Array], float], at: Array, directions: Array, step: float) -> Array:
    """The Hessian along the columns of `directions`."""
    size = len(at)
    middle = nll(at)
    moves = directions.T * step
    hessian = np.empty((size, size))
    for i in range(size):
        hessian[i, i] = nll(at + moves[i]) + nll(at - moves[i]) - 2.0 * middle
        for j in range(i):
            same = nll(at + moves[i] + moves[j]) + nll(at - moves[i] - moves[j])
            other = nll(at + moves[i] - moves[j]) + nll(at - moves[i] + moves[j])
            hessian[i, j] = hessian[j, i] = (same - other) / 4.0
    return hessian / step**2
