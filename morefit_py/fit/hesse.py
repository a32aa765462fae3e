"""Errors from the exact Hessian at a point, and whether the point is a minimum at all."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from morefit_py.fit.minimum import EDM_GOAL
from morefit_py.fit.objective import Matrix, Objective, Vector
from morefit_py.fit.scaling import curvatures
from morefit_py.fit.trust_region import SINGULAR

PLAIN: Final = "hesse"
"""What a covariance is called that is the inverse Hessian."""


@dataclass(frozen=True, slots=True)
class Hesse:
    """The quadratic picture of the NLL at a point; arrays over all P parameters, read-only.

    `covariance` and `correlation` (P, P) are zero for parameters that are fixed or at a limit, which are
    taken as constants; `errors` (P,) are 0 for fixed ones and nan for those at a limit, where a curvature
    means no error. `global_correlation` (P,) is that of a parameter with all others together.
    `edm` is `g^T H^-1 g / 2`, or inf without a positive definite Hessian; then the parameters that take
    part in a `flat` (no curvature) or `falling` (negative curvature) direction have nan errors.
    `condition` is that of the Hessian in units of its diagonal, and `weakest` names what makes up the
    direction of its smallest curvature.
    """

    covariance: Matrix
    correlation: Matrix
    errors: Vector
    global_correlation: Vector
    edm: float
    condition: float
    positive_definite: bool
    at_limit: tuple[str, ...]
    flat: tuple[str, ...]
    falling: tuple[str, ...]
    weakest: tuple[str, ...]


def hesse(objective: Objective, theta: Vector, gradient: Vector, hessian: Matrix) -> Hesse:
    """Inverts the Hessian of the free parameters that are not at a limit.

    `theta`, `gradient` (P,) and `hessian` (P, P) are of the same point and finite.
    """
    size, fixed = theta.size, np.asarray(objective.fixed, dtype=bool)
    limited, gain = _at_limit(objective, theta, gradient, hessian)
    index = np.flatnonzero(~fixed & ~limited)
    slope, bend = gradient[index], hessian[index[:, None], index]
    curvature = curvatures(theta[index], slope, bend)
    scale = 1.0 / np.sqrt(curvature)
    scaled = bend * scale * scale[:, None]
    values, vectors = np.linalg.eigh(0.5 * (scaled + scaled.T))
    top = float(np.abs(values).max(initial=0.0))
    falling, flat = values < -SINGULAR * top, np.abs(values) <= SINGULAR * top
    good = ~(falling | flat)
    certain = bool(good.all())
    weighted = vectors[:, good] / np.sqrt(values[good])
    inverse = weighted @ weighted.T
    edm = inf
    if certain:
        edm = 0.5 * float(np.square((slope * scale) @ weighted).sum()) + gain
    else:
        # Along such a direction there is no error; the parameters without a part in it keep theirs.
        part = np.abs(vectors[:, ~good]).max(axis=1, initial=0.0) > 1e-6
        inverse[part, :] = np.nan
        inverse[:, part] = np.nan
    covariance = _spread(inverse * scale * scale[:, None], index, size)
    errors = np.sqrt(covariance.diagonal())
    errors[limited] = np.nan
    unit = np.sqrt(inverse.diagonal())
    correlation = _spread(inverse / unit / unit[:, None], index, size)
    correlation[index, index] = np.where(np.isnan(unit), np.nan, 1.0)
    together = np.zeros(size)
    alone = 1.0 - 1.0 / (inverse.diagonal() * scaled.diagonal())
    together[index] = np.sqrt(np.minimum(np.maximum(alone, 0.0), 1.0))
    names = [objective.parameters[i] for i in index]
    return Hesse(
        covariance=read_only(covariance),
        correlation=read_only(correlation),
        errors=read_only(errors),
        global_correlation=read_only(together),
        edm=edm,
        condition=float(values[-1] / values[0]) if certain and index.size else inf if index.size else 1.0,
        positive_definite=certain,
        at_limit=tuple(objective.parameters[i] for i in np.flatnonzero(limited)),
        flat=_involved(vectors[:, flat], names),
        falling=_involved(vectors[:, falling], names),
        weakest=_involved(vectors[:, :1], names),
    )


def read_only(array: Vector | Matrix) -> NDArray[np.float64]:
    """A copy of the array that nobody can change."""
    copy = np.array(array, dtype=np.float64)
    copy.setflags(write=False)
    return copy


def _at_limit(
    objective: Objective, theta: Vector, gradient: Vector, hessian: Matrix
) -> tuple[NDArray[np.bool_], float]:
    """Which parameters are at a limit, and what the NLL would still gain if they went all the way.

    At a limit is one that sits on it and is not pushed back, and one that is pushed onto it with less to
    gain on the way than the EDM goal, as a minimiser that never quite reaches limits leaves it.
    """
    limited = np.zeros(theta.size, dtype=bool)
    gain = 0.0
    rows = theta, gradient, hessian.diagonal(), objective.lower, objective.upper, objective.fixed
    for i, (x, slope, curvature, low, high, fixed) in enumerate(
        zip(*(row.tolist() for row in rows), strict=True)
    ):
        if fixed:
            continue
        for limit, outward in ((low, slope), (high, -slope)):
            room = abs(x - limit)
            if not room < inf:
                continue
            left = outward * room
            if room > 0.0:
                stays = left < EDM_GOAL and outward > max(curvature, 0.0) * room
            elif outward < 0.0:
                left = 0.5 * outward**2 / curvature if curvature > 0.0 else inf
                stays = left < EDM_GOAL
            else:
                stays = True
            if stays:
                limited[i] = True
                gain += left
    return limited, gain


def _spread(block: Matrix, index: NDArray[np.intp], size: int) -> Matrix:
    whole = np.zeros((size, size))
    whole[index[:, None], index] = block
    return whole


def _involved(directions: Matrix, names: list[str]) -> tuple[str, ...]:
    """The parameters that make up the given directions, by name."""
    if not directions.size:
        return ()
    weight = np.square(directions).max(axis=1, initial=0.0)
    return tuple(name for name, share in zip(names, weight.tolist(), strict=True) if sqrt(share) > 0.1)
