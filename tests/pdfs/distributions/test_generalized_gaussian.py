import math

import numpy as np
import pytest
from scipy import stats

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import Gaussian
from morefit_py.pdfs.distributions.generalized_gaussian import GeneralizedGaussian
from morefit_py.pdfs.distributions.laplace import Laplace

from .oracle import exact, log_density

X = Observable("x", -10.0, 20.0)
MU, S, B = Parameter("mu", 0.0), Parameter("s", 1.0, (1e-9, 1e9)), Parameter("b", 2.0, (0.05, 500.0))


@pytest.mark.parametrize(
    ("mu", "s", "b"),
    [(2, 1, 1.5), (2, 1, 0.4), (2, 3, 30), (-40, 4, 1.3), (2, 0.01, 2.5), (2, 500, 3), (-10, 2, 4)],
)
def test_agrees_with_mpmath(mu: float, s: float, b: float) -> None:
    rows = [-9.0, 1.5, 2.0, 2.01, 4.9]
    close = [mu + sign * s * 10.0 ** (n / 2) for n in range(-24, 9) for sign in (-1, 1)]
    bounds = sorted({-10.0, 20.0, float(mu), *np.linspace(-10, 20, 31), *close})
    bounds = [x for x in bounds if -10 <= x <= 20]
    found = log_density(GeneralizedGaussian(X, MU, S, B), {"mu": mu, "s": s, "b": b}, rows)
    wanted = np.array(exact(lambda x: -(abs((x - mu) / s) ** b), bounds, rows))
    np.testing.assert_allclose(found, wanted, rtol=1e-10, atol=1e-10)


def test_special_cases() -> None:
    rows, at = [-9.0, 0.0, 2.0, 19.0], {"mu": 2.0, "s": 3.0}
    gaussian = log_density(Gaussian(X, MU, 3.0 / math.sqrt(2.0)), at, rows)
    np.testing.assert_allclose(
        log_density(GeneralizedGaussian(X, MU, S, 2.0), at, rows), gaussian, rtol=1e-12
    )
    laplace = log_density(Laplace(X, MU, S), at, rows)
    np.testing.assert_allclose(log_density(GeneralizedGaussian(X, MU, S, 1.0), at, rows), laplace, rtol=1e-12)


def test_parts_agree_with_scipy() -> None:
    density, exact = GeneralizedGaussian(X, MU, S, B), stats.gennorm(3.0, 2.0, 4.0)
    at = {"mu": 2.0, "s": 4.0, "b": 3.0}
    for low, high in ((-10.0, 0.0), (0.0, 2.0), (1.0, 3.0), (5.0, 9.0)):
        found = evaluate([density.between(low, high) / density.integral()], at)[0]
        whole = exact.cdf(20.0) - exact.cdf(-10.0)
        assert found == pytest.approx((exact.cdf(high) - exact.cdf(low)) / whole, rel=1e-11)


def test_an_event_at_its_centre() -> None:
    found = derivatives(
        GeneralizedGaussian(X, MU, S, B).log_density(), [param(p) for p in (MU, S, B)], order=2
    )
    at = {"mu": 2.0, "s": 3.0, "b": 2.5}
    values = evaluate([*found.gradient, *found.hessian.values()], at, {"": {"x": np.array([2.0])}})
    assert all(np.all(np.isfinite(value)) for value in values)


def test_domains() -> None:
    with pytest.raises(ModelError, match="generalized_gaussian: beta is 0 at the start; it must be > 0"):
        GeneralizedGaussian(X, 0.0, 1.0, 0.0)
