"""Densities smeared by a resolution, against closed forms and SciPy's quadrature."""

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import voigt_profile

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.pdfs import BreitWigner, Convolution, Exponential, Gaussian, Product, Uniform

X, T, D = (
    mf.Observable("x", -20.0, 20.0),
    mf.Observable("t", -2000.0, 2000.0),
    mf.Observable("d", -30.0, 30.0),
)
S = mf.Observable("s", 0.5, 2.0)
MU, GAMMA = mf.Parameter("mu", 1.0, (-2.0, 2.0)), mf.Parameter("gamma", 1.5, (0.5, 3.0))
SIGMA, TAU = mf.Parameter("sigma", 1.2, (0.3, 3.0)), mf.Parameter("tau", 2.0, (0.5, 5.0))
VALUES = {"mu": 1.0, "gamma": 1.5, "sigma": 1.2, "tau": 2.0}
POINTS = np.array([-19.0, -3.0, 0.9, 2.0, 15.0])


def value(density: mf.pdfs.Density, x: np.ndarray = POINTS, **columns: np.ndarray) -> np.ndarray:
    return np.asarray(evaluate([density.density()], VALUES, {"": {"x": x, **columns}})[0])


def test_a_breit_wigner_with_a_gaussian_is_a_voigt_profile() -> None:
    found = value(Convolution(X, BreitWigner(T, MU, GAMMA), Gaussian(D, 0.0, SIGMA)))
    profile = voigt_profile(POINTS - 1.0, 1.2, 0.75)
    whole = integrate.quad(lambda x: voigt_profile(x - 1.0, 1.2, 0.75), -20, 20, points=[1.0], epsrel=1e-12)[
        0
    ]
    np.testing.assert_allclose(found, profile / whole, rtol=1e-8)


def test_an_exponential_with_a_biased_gaussian() -> None:
    times, shift = mf.Observable("t", 0.0, 60.0), 0.4
    found = value(Convolution(X, Exponential(times, -1.0 / TAU), Gaussian(D, shift, SIGMA)))
    smeared = stats.exponnorm(2.0 / 1.2, shift, 1.2)
    exact = smeared.pdf(POINTS) / (smeared.cdf(20.0) - smeared.cdf(-20.0))
    held = exact > 1e-30
    np.testing.assert_allclose(found[held], exact[held], rtol=1e-8)


def test_bounds_of_the_true_value_and_of_the_difference_are_kept() -> None:
    """A box smeared by a box: a trapezoid."""
    times, off = mf.Observable("t", 0.0, 4.0), mf.Observable("d", -1.0, 1.0)
    found = value(Convolution(X, Uniform(times), Uniform(off)), np.array([-1.5, -0.5, 0.5, 2.0, 4.5, 5.5]))
    np.testing.assert_allclose(found, np.array([0.0, 0.25, 0.75, 1.0, 0.25, 0.0]) / 4.0, atol=1e-12)


def test_a_resolution_of_its_own_for_every_event() -> None:
    density = Convolution(X, BreitWigner(T, MU, GAMMA), Gaussian(D, 0.0, SIGMA * S))
    assert [x.name for x in density.given] == ["s"]
    s = np.linspace(0.5, 2.0, len(POINTS))
    exact = [
        voigt_profile(x - 1.0, 1.2 * w, 0.75)
        / integrate.quad(lambda y, w=w: voigt_profile(y - 1.0, 1.2 * w, 0.75), -20, 20, points=[1.0])[0]
        for x, w in zip(POINTS, s, strict=True)
    ]
    np.testing.assert_allclose(value(density, s=s), exact, rtol=1e-7)


def test_what_is_no_convolution() -> None:
    both = Product((Uniform(X), Uniform(S)))
    with pytest.raises(ModelError, match="base is a density of 2 observables, not of one"):
        Convolution(X, both, Gaussian(D, 0.0, SIGMA))
    with pytest.raises(ModelError, match="are 'x', 'd', 'x'; give three different observables"):
        Convolution(X, Uniform(X), Gaussian(D, 0.0, SIGMA))
    wavy = mf.pdfs.Formula.parse("1 + cos(500*t)", {"t": mf.Observable("t", -2.0, 2.0)})
    with pytest.raises(ModelError, match=r"nodes between two cuts it is still uncertain by .* `landmarks`"):
        _ = Convolution(X, wavy, Uniform(D)).nodes
