"""Variables of order one: the curvature of each parameter as its unit."""

from __future__ import annotations

import numpy as np

from morefit_py.fit.objective import Matrix, Vector


def curvatures(x: Vector, gradient: Vector, hessian: Matrix) -> Vector:
    """A positive curvature for each variable, all (F,): `|H_ii|`, or a stand-in where that is zero.

    Without curvature it is the one whose unit `1/sqrt` changes the NLL by about one, and without slope
    either, the one whose unit is the size of the variable itself.
    """
    curvature = np.abs(hessian.diagonal())
    if curvature.all():
        return curvature
    own = 1.0 / np.where(x != 0.0, np.square(x), 1.0)
    stand_in = np.where(gradient != 0.0, np.square(gradient), own)
    return np.where(curvature > 0.0, curvature, stand_in)
