"""Real spherical harmonics."""

import numpy as np
import pytest
from scipy.special import lpmv

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.pdfs import SphericalHarmonics
from morefit_py.pdfs.angular.spherical_harmonics import harmonic

X, PHI = mf.Observable("x", -1.0, 1.0), mf.Observable("phi", -np.pi, np.pi)


@pytest.mark.parametrize(("degree", "order"), [(0, 0), (1, -1), (2, 1), (3, -2), (4, 4), (5, 0)])
def test_harmonics_are_those_of_scipy(degree: int, order: int) -> None:
    from math import factorial

    x, phi = np.linspace(-0.95, 0.95, 7), np.linspace(-3.0, 3.0, 7)
    m = abs(order)
    size = np.sqrt((2 * degree + 1) / (4 * np.pi) * factorial(degree - m) / factorial(degree + m))
    # SciPy's functions have the Condon-Shortley sign.
    exact = size * (-1) ** m * lpmv(m, degree, x)
    if m:
        exact = exact * np.sqrt(2.0) * (np.cos(m * phi) if order > 0 else np.sin(m * phi))
    found = evaluate([harmonic(degree, order, X, PHI)], {}, {"": {"x": x, "phi": phi}})[0]
    np.testing.assert_allclose(np.broadcast_to(found, x.shape), exact, rtol=1e-12, atol=1e-14)


def test_moments_are_measured() -> None:
    c = mf.Parameter("c", 0.05, (-0.1, 0.1))
    density = SphericalHarmonics(X, PHI, ((2, 0),), (c,))
    result = mf.compile(density, mf.sample(density, {"c": 0.06}, seed=2, size=10_000)).minimise()
    assert result.valid
    assert abs(result.values["c"] - 0.06) < 4 * result.errors["c"]


def test_what_is_no_sum_of_harmonics() -> None:
    with pytest.raises(ModelError, match="1 coefficients for 2 degrees"):
        SphericalHarmonics(X, PHI, ((1, 0), (2, 0)), (0.1,))
    for row in ((0, 0), (1, 2), (1.5, 0), (1,)):
        with pytest.raises(ModelError, match=r"is no \(l, m\) with l >= 1"):
            SphericalHarmonics(X, PHI, (row,), (0.1,))
    with pytest.raises(ModelError, match=r"degrees\[0\]: l = 17 is too high"):
        SphericalHarmonics(X, PHI, ((17.0, 0.0),), (0.1,))
    with pytest.raises(ModelError, match=r"degrees\[1\]: \(1, 0\) stands twice"):
        SphericalHarmonics(X, PHI, ((1, 0), (1, 0)), (0.1, 0.1))
    with pytest.raises(ModelError, match="bounds of 'y' leave"):
        SphericalHarmonics(mf.Observable("y", -2.0, 1.0), PHI, ((1, 0),), (0.1,))
