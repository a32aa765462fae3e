"""Densities seen through an efficiency."""

import numpy as np
import pytest
from scipy import integrate

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.graph.build import exp, select
from morefit_py.graph.meaning import evaluate
from morefit_py.pdfs import Accepted, Exponential, Gaussian, Product, Uniform

T, Y = mf.Observable("t", 0.0, 8.0), mf.Observable("y", 0.0, 1.0)
TAU, TURN = mf.Parameter("tau", 1.5, (0.5, 5.0)), mf.Parameter("turn", 2.0, (0.5, 6.0))
ACCEPTANCE = 1.0 - exp(-TURN * T)


def test_it_is_the_product_normalised() -> None:
    density = Accepted(Exponential(T, -1.0 / TAU), 7.0 * ACCEPTANCE)
    exact = integrate.quad(lambda t: np.exp(-t / 1.5) * (1 - np.exp(-2 * t)), 0, 8, epsabs=1e-13)[0]
    t = np.array([0.01, 1.0, 7.5])
    values = {"tau": 1.5, "turn": 2.0}
    found = evaluate([density.density(), density.log_density()], values, {"": {"t": t}})
    expected = np.exp(-t / 1.5) * (1 - np.exp(-2 * t)) / exact
    np.testing.assert_allclose(found[0], expected, rtol=1e-9)
    np.testing.assert_allclose(found[1], np.log(expected), rtol=1e-9, atol=1e-9)


def test_steps_of_the_efficiency_are_respected() -> None:
    density = Accepted(Exponential(T, -1.0 / TAU), select(T < 1.234, 0.2, 0.9))
    whole = 1.5 * (0.2 * (1 - np.exp(-1.234 / 1.5)) + 0.9 * (np.exp(-1.234 / 1.5) - np.exp(-8 / 1.5)))
    found = evaluate([density.density()], {"tau": 1.5}, {"": {"t": np.array([2.0])}})[0]
    assert found[0] == pytest.approx(0.9 * np.exp(-2 / 1.5) / whole, rel=1e-10)


def test_a_lifetime_is_recovered_through_an_acceptance() -> None:
    density = Accepted(Exponential(T, -1.0 / TAU), ACCEPTANCE)
    result = mf.compile(density, mf.sample(density, seed=2, size=8000)).minimise()
    assert result.valid
    assert abs(result.values["tau"] - 1.5) < 4 * result.errors["tau"]
    biased = mf.compile(Exponential(T, -1.0 / TAU), mf.sample(density, seed=2, size=8000)).minimise()
    assert abs(biased.values["tau"] - 1.5) > 10 * biased.errors["tau"]


def test_several_observables() -> None:
    density = Accepted(Product((Uniform(T), Uniform(Y))), 1.0 + T * Y)
    found = evaluate([density.density()], {}, {"": {"t": np.array([2.0]), "y": np.array([0.5])}})[0]
    assert found[0] == pytest.approx(2.0 / (8.0 + 16.0), rel=1e-10)


def test_efficiencies_that_cannot_be() -> None:
    with pytest.raises(ModelError, match="accepted: the efficiency is 'x'; give an expression"):
        Accepted(Uniform(T), "x")  # type: ignore[arg-type]
    with pytest.raises(ModelError, match=r"the efficiency depends on 'y' on .*, which gaussian does not"):
        Accepted(Gaussian(T, 1.0, 1.0), 1.0 + Y)
    with pytest.raises(ModelError, match="the density is negative"):
        mf.compile(Accepted(Uniform(T), 1.0 - T / TURN), {"t": [1.0]})
