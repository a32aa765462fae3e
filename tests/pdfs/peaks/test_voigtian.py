import numpy as np
import pytest
from scipy.special import voigt_profile, wofz

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import BreitWigner, Gaussian, Voigtian

from .oracle import assert_agrees

X = Observable("mass", 5000.0, 6000.0)
MU, SIGMA, GAMMA = Parameter("mu", 5280.0), Parameter("sigma", 20.0), Parameter("gamma", 10.0)
ROWS = np.array([5000.5, 5253.9, 5270.0, 5400.0, 5999.0])


@pytest.mark.parametrize(
    "values",
    [
        (5280, 20, 10),
        (5280, 20, 1e-4),
        (5280, 20, 1e-12),
        (5280, 0.1, 20),
        (5280, 1e-3, 1),
        (5280, 0.05, 0.02),
        (4800, 20, 1),
        (4800, 20, 1e-6),
        (7000, 20, 50),
        (5280, 1e4, 1),
        (5280, 1, 1e7),
        (5000, 20, 5),
        (6000, 20, 5),
    ],
)
def test_log_density_in_every_limit(values: tuple[float, ...]) -> None:
    mu, sigma, gamma = values

    def log_shape(x: np.ndarray) -> np.ndarray:
        return np.log(wofz((x - mu + 1j * gamma) / (sigma * np.sqrt(2))).real)

    width = sigma + gamma
    cuts = [mu + k * w for w in (sigma, width) for k in (-8, -3, 0, 3, 8)]
    assert_agrees(Voigtian(X, *map(float, values)), log_shape, cuts, ROWS)


def test_gamma_is_half_the_width_of_the_breit_wigner() -> None:
    x = Observable("x", -1e7, 1e7)
    rows = np.array([-3.0, 0.0, 1.5, 40.0])
    found = evaluate([Voigtian(x, 0.0, 1.3, 0.7).density()], {}, {"": {"x": rows}})[0]
    inside = 1.0 - 2.0 * 0.7 / (np.pi * 1e7)
    np.testing.assert_allclose(found, voigt_profile(rows, 1.3, 0.7) / inside, rtol=1e-9)


def test_limits() -> None:
    columns = {"": {"mass": np.array([5240.0, 5280.0, 5330.0])}}
    gaussian = [Voigtian(X, 5280.0, 20.0, 0.0), Gaussian(X, 5280.0, 20.0)]
    np.testing.assert_allclose(*evaluate([d.log_density() for d in gaussian], {}, columns), rtol=1e-12)
    narrow = [Voigtian(X, 5280.0, 1e-4, 10.0), BreitWigner(X, 5280.0, 20.0)]
    np.testing.assert_allclose(*evaluate([d.log_density() for d in narrow], {}, columns), rtol=1e-9)


def test_derivatives_are_finite_without_a_width() -> None:
    found = derivatives(
        Voigtian(X, MU, SIGMA, GAMMA).log_density(), [param(p) for p in (MU, SIGMA, GAMMA)], order=2
    )
    columns = {"": {"mass": np.array([5240.0, 5281.0, 5330.0])}}
    values = evaluate(
        [*found.gradient, *found.hessian.values()], {"mu": 5280.0, "sigma": 20.0, "gamma": 0.0}, columns
    )
    assert all(np.all(np.isfinite(value)) for value in values)


@pytest.mark.parametrize(("name", "rule"), [("sigma", "> 0"), ("gamma", ">= 0")])
def test_outside_its_domain(name: str, rule: str) -> None:
    values = {"mu": 5280.0, "sigma": 20.0, "gamma": 10.0, name: -1.0}
    with pytest.raises(ModelError, match=f"voigtian: {name} is -1 at the start; it must be {rule}"):
        Voigtian(X, **values)
