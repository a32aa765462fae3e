"""The Faddeeva function of NumPy against mpmath, on a grid over many powers of ten."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from morefit_py.graph.faddeeva_values import faddeeva
from tests.plane import ABOVE, BELOW, Plane

INF, NAN = np.inf, np.nan


@pytest.mark.parametrize("order", [0, 1, 2])
@pytest.mark.parametrize("plane", [ABOVE, BELOW], ids=["above", "below"])
def test_it_is_exact(plane: Plane, order: int) -> None:
    with np.errstate(all="ignore"):
        real, imag = faddeeva(plane.x, plane.y, order)
    assert plane.error(real, imag, order) < (1e-13 if plane is ABOVE else 1e-12)
    if plane is ABOVE:
        assert plane.real_error(real, order) < 1e-13


def test_edges() -> None:
    x, y = np.array([INF, -INF, 0.0, 3.0]), np.array([1.0, 0.0, INF, INF])
    with np.errstate(all="ignore"):
        for order in (0, 1, 2):
            assert not np.any(faddeeva(x, y, order))
            for part in (0, 1):
                assert np.isnan(faddeeva(NAN, 1.0, order)[part])
                assert np.isnan(faddeeva(1.0, NAN, order)[part])
        # Overflow keeps its sign, as SciPy's.
        w = special.wofz(1.0 - 40.0j)
        assert tuple(faddeeva(1.0, -40.0, 0)) == (w.real, w.imag) == (-INF, -INF)
        assert tuple(faddeeva(1.0, -40.0, 1)) == (INF, -INF)
        assert tuple(faddeeva(0.0, -30.0, 1)) == (0.0, INF)


def test_numbers_and_arrays_are_taken_together() -> None:
    real, imag = faddeeva(np.array([0.5, 1.5]), 0.25, 1)
    assert real.shape == imag.shape == (2,)
    assert real[1] == faddeeva(1.5, 0.25, 1)[0]
