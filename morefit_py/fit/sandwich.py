"""The covariance of an estimate whose NLL is not that of the data's probability, such as of weighted events.

To first order the estimate moves by -H^-1 U, U the gradient of the NLL at the truth, so that its covariance
is C = H^-1 D H^-1 with D the covariance of U (P. J. Huber, Proc. Fifth Berkeley Symp. 1 (1967) 221; for
weighted events: C. Langenbruch, Eur. Phys. J. C 82 (2022) 393). Where the NLL is that of the data, D is H.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import TYPE_CHECKING

import numpy as np

from morefit_py.errors import FitError
from morefit_py.fit.hesse import Hesse, read_only
from morefit_py.fit.objective import Matrix, Vector
from morefit_py.fit.trust_region import SINGULAR

if TYPE_CHECKING:
    from morefit_py.fit.profile import Profiled


@dataclass(frozen=True, slots=True)
class Spread:
    """How much the gradient of an NLL fluctuates, and what to say of errors that are made with it.

    `of(theta, hessian)` is D (P, P), the covariance of the gradient at the minimum `theta` (P,) where the
    Hessian is `hessian` (P, P); without it D is the Hessian. `name` goes into `FitResult.covariance_type`
    and `note` into its notes.
    """

    name: str
    note: str
    of: Callable[[Vector, Matrix], Matrix] | None = None

    def at(self, theta: Vector, hessian: Matrix) -> Matrix:
        """D (P, P) at a point with this Hessian."""
        return hessian if self.of is None else self.of(theta, hessian)


def sandwich(hessian: Matrix, spread: Matrix) -> Matrix:
    """C = H^-1 D H^-1, all (P, P), H the Hessian and D the covariance of the gradient.

    Raises FitError where H is not positive definite.
    """
    curvature = np.diag(hessian)
    if np.isfinite(hessian).all() and (curvature > 0.0).all():
        unit = 1.0 / np.sqrt(curvature)
        values, vectors = np.linalg.eigh(hessian * unit * unit[:, None])
        if values[0] > SINGULAR * values[-1]:
            inverse = (vectors / values) @ vectors.T
            return _between(inverse * unit * unit[:, None], spread)
    raise FitError(
        "sandwich: the Hessian is not positive definite; give that of a minimum, of free parameters"
    )


def corrected(picture: Hesse, spread: Matrix) -> Hesse:
    """The picture with the covariance V D V, V being its own and D the `spread` (P, P) of the gradient.

    Parameters that are fixed, at a limit or without curvature keep what they have. What says whether the
    point is a minimum, the EDM among it, is of the Hessian alone and stays.
    """
    index = np.flatnonzero(np.isfinite(picture.errors) & (picture.errors > 0.0))
    block = np.ix_(index, index)
    inner = _between(picture.covariance[block], spread[block])
    with np.errstate(invalid="ignore"):
        unit = np.sqrt(inner.diagonal())
    covariance, correlation = np.array(picture.covariance), np.array(picture.correlation)
    errors, together = np.array(picture.errors), np.array(picture.global_correlation)
    covariance[block], errors[index] = inner, unit
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation[block] = inner / unit / unit[:, None]
    correlation[index, index] = np.where(np.isfinite(unit), 1.0, np.nan)
    together[index] = _with_all_others(correlation[block])
    return replace(
        picture,
        covariance=read_only(covariance),
        correlation=read_only(correlation),
        errors=read_only(errors),
        global_correlation=read_only(together),
    )


def rise(minimum: Profiled, spread: Matrix) -> float:
    """How far the profile NLL rises over one standard deviation from `minimum`: 1/2 where D is the Hessian.

    Along the ridge r the estimate has the variance r^T D r / (r^T H r)^2, over which a parabola of the
    curvature r^T H r rises by half of r^T D r / r^T H r: the adjusted NLL of R. E. Chandler, S. Bate,
    Biometrika 94 (2007) 167. nan where the curvature or the spread is not positive.
    """
    moved = np.flatnonzero(minimum.ridge)
    ridge = minimum.ridge[moved]
    variance = float(ridge @ spread[np.ix_(moved, moved)] @ ridge)
    if not (variance > 0.0 and isfinite(variance) and 0.0 < minimum.curvature < inf):
        return float("nan")
    return 0.5 * variance / minimum.curvature


def _between(inverse: Matrix, spread: Matrix) -> Matrix:
    found = inverse @ spread @ inverse
    return 0.5 * (found + found.T)


def _with_all_others(correlation: Matrix) -> Vector:
    """sqrt(1 - 1/(V^-1)_jj), V the correlation (J, J): that of each parameter with all others together."""
    if not np.isfinite(correlation).all():
        return np.full(len(correlation), np.nan)
    values, vectors = np.linalg.eigh(correlation)
    # A singular V, as of fewer events than parameters, determines each parameter by the others.
    values = np.maximum(values, 1e-15)
    inverse = np.square(vectors) @ (1.0 / values)
    together: Vector = np.sqrt(np.clip(1.0 - 1.0 / inverse, 0.0, 1.0))
    return together
