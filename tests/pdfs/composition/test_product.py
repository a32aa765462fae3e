"""Products over observables, and factors that are conditional on others."""

import numpy as np
import pytest
from scipy import integrate, stats

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.pdfs import Exponential, Formula, Gaussian, Product, Uniform

M, T = mf.Observable("m", 0.0, 10.0), mf.Observable("t", -2.0, 8.0)
S = mf.Observable("s", 0.1, 1.0)
MU, TAU, SCALE = mf.Parameter("mu", 4.0), mf.Parameter("tau", 1.5), mf.Parameter("scale", 1.2, (0.5, 2.0))
VALUES = {"mu": 4.0, "tau": 1.5, "scale": 1.2}


def test_the_density_is_the_product() -> None:
    density = Product((Gaussian(M, MU, 1.0), Exponential(T, -1.0 / TAU)))
    m, t = np.array([1.0, 4.5, 9.0]), np.array([-1.0, 0.3, 7.0])
    found = evaluate([density.density(), density.log_density()], VALUES, {"": {"m": m, "t": t}})
    wide = stats.truncnorm(-4.0, 6.0, 4.0, 1.0).pdf(m)
    tail = np.exp(-t / 1.5) / (1.5 * (np.exp(2 / 1.5) - np.exp(-8 / 1.5)))
    np.testing.assert_allclose(found[0], wide * tail, rtol=1e-12)
    np.testing.assert_allclose(found[1], np.log(wide * tail), rtol=1e-12)
    assert (density.observables, density.given) == ((M, T), ())
    assert density.normalisation == "closed form"


def test_a_factor_conditional_on_another() -> None:
    """A Gaussian whose width is an observable, times the density of that width: normalised in both."""
    density = Product((Gaussian(T, MU, SCALE * S), Formula(S**2)))
    assert (density.given, [d.x.name for d in density.ordered]) == ((), ["s", "t"])
    root = density.density()

    def value(t: float, s: float) -> float:
        return float(evaluate([root], VALUES, {"": {"t": np.array([t]), "s": np.array([s])}})[0][0])

    held = integrate.dblquad(value, 0.1, 1.0, -2.0, 8.0, epsabs=1e-7)[0]
    assert held == pytest.approx(1.0, abs=1e-6)
    inner = stats.truncnorm((-2 - 4) / 0.6, (8 - 4) / 0.6, 4.0, 0.6).pdf(3.7)
    assert value(3.7, 0.5) == pytest.approx(inner * 0.25 * 3 / (1 - 1e-3), rel=1e-12)


def test_toys_of_a_conditional_product() -> None:
    density = Product((Gaussian(T, MU, SCALE * S), Uniform(S)))
    toy = mf.sample(density, seed=3, size=20000)
    pull = (toy["t"] - 4.0) / (1.2 * toy["s"])
    # The bounds are three widths away at the nearest, in few of the events.
    assert stats.kstest(pull, stats.norm.cdf).pvalue > 1e-3
    assert stats.kstest(toy["s"], stats.uniform(0.1, 0.9).cdf).pvalue > 1e-3
    fit = mf.compile(density, toy).minimise()
    assert fit.valid
    for name in ("mu", "scale"):
        assert abs(fit.values[name] - VALUES[name]) < 4 * fit.errors[name]


def test_a_mixture_conditional_on_errors_per_event() -> None:
    """The columns a model is conditional on are given to its toys, and needed by its fit."""
    n, k = mf.Parameter("n", 3000, (0, 1e5)), mf.Parameter("k", 2000, (0, 1e5))
    model = n * Gaussian(T, MU, SCALE * S) + k * Exponential(T, -1.0 / TAU)
    errors = np.random.default_rng(1).uniform(0.1, 1.0, 5000)
    toy = mf.sample(model, seed=1, given={"s": errors})
    np.testing.assert_array_equal(toy["s"], errors)
    result = mf.compile(model, toy).minimise()
    assert result.valid
    for name, true in {**VALUES, "n": 3000.0, "k": 2000.0}.items():
        assert abs(result.values[name] - true) < 4 * result.errors[name]
    with pytest.raises(ModelError, match=r"conditional on 's'; give its values as `given`, or multiply"):
        mf.sample(model, seed=1)
    with pytest.raises(mf.DataError, match="no column 's'"):
        mf.compile(model, {"t": toy["t"]})


@pytest.mark.parametrize(
    ("components", "message"),
    [
        ((Uniform(M),), "product: components: 1 components; give at least two"),
        ((Uniform(M), Uniform(M)), "uniform and uniform are both densities of 'm'"),
        ((Gaussian(T, M, 1.0), Gaussian(M, T, 1.0)), "gaussian and gaussian are conditional on each other"),
    ],
)
def test_what_is_no_product(components: tuple[mf.pdfs.Density, ...], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        Product(components)


def test_components_of_a_sum_model_the_same_observables() -> None:
    with pytest.raises(ModelError, match="not densities of the same observables"):
        _ = 2.0 * Gaussian(T, MU, SCALE * S) + 3.0 * Product((Uniform(T), Uniform(S)))
