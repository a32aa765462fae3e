"""Expected events over one observable, the others integrated over."""

import numpy as np
import pytest
from scipy import integrate, stats

import morefit_py as mf
from morefit_py.pdfs import Exponential, Formula, Gaussian, Product, Uniform
from morefit_py.report.plots.expectation import marginal

X, Y = mf.Observable("x", 0.0, 4.0), mf.Observable("y", 0.5, 1.5)
POINTS = np.array([0.3, 1.7, 3.9])
DATA = mf.Dataset.from_numpy({"x": np.linspace(0, 4, 400), "y": np.linspace(0.5, 1.5, 400)})


def test_of_one_observable_it_is_the_density() -> None:
    found = marginal(Gaussian(X, 2.0, 1.0), X, {}, POINTS, DATA)
    np.testing.assert_allclose(found, stats.truncnorm(-2, 2, 2.0, 1.0).pdf(POINTS), rtol=1e-12)


def test_products_and_fractions() -> None:
    both = Product((Exponential(X, -1.0), Uniform(Y)))
    np.testing.assert_allclose(marginal(both, Y, {}, np.array([0.6]), DATA), [1.0])
    mixed = mf.fractions([both, Product((Uniform(X), Uniform(Y)))], 0.25)
    exact = 0.25 * np.exp(-POINTS) / (1 - np.exp(-4)) + 0.75 / 4
    np.testing.assert_allclose(marginal(mixed, X, {}, POINTS, DATA), exact, rtol=1e-12)


def test_other_observables_are_integrated_over() -> None:
    density = Formula(1.0 + X * Y**2)
    whole = integrate.dblquad(lambda y, x: 1 + x * y**2, 0, 4, 0.5, 1.5)[0]
    exact = [integrate.quad(lambda y, x=x: 1 + x * y**2, 0.5, 1.5)[0] / whole for x in POINTS]
    np.testing.assert_allclose(marginal(density, X, {}, POINTS, DATA), exact, rtol=1e-9)


def test_what_it_is_conditional_on_is_averaged_over_the_data() -> None:
    """The data's own distribution of the width, which is uniform."""
    found = marginal(Gaussian(X, 2.0, 1.0 * Y), X, {}, POINTS, DATA)

    def at(x: float) -> float:
        return integrate.quad(lambda s: stats.truncnorm(-2 / s, 2 / s, 2.0, s).pdf(x), 0.5, 1.5)[0]

    np.testing.assert_allclose(found, [at(x) for x in POINTS], rtol=2e-3)


@pytest.mark.parametrize("points", [1, 1000])
def test_any_number_of_points(points: int) -> None:
    density = Formula(1.0 + X * Y**2)
    assert marginal(density, X, {}, np.linspace(0, 4, points), DATA).shape == (points,)
