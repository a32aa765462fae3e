import numpy as np
import pytest
from scipy.stats import truncnorm

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import Gaussian

X = Observable("x", -1.0, 4.0)
MU, SIGMA = Parameter("mu", 1.0), Parameter("sigma", 0.7)
ROWS = np.linspace(-1.0, 4.0, 11)


@pytest.mark.parametrize(("mu", "sigma"), [(1.0, 0.7), (-3.0, 0.5), (30.0, 0.5), (1.0, 100.0)])
def test_agrees_with_scipy(mu: float, sigma: float) -> None:
    found = evaluate([Gaussian(X, MU, SIGMA).log_density()], {"mu": mu, "sigma": sigma}, {"": {"x": ROWS}})[0]
    expected = truncnorm((-1 - mu) / sigma, (4 - mu) / sigma, loc=mu, scale=sigma).logpdf(ROWS)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_fields_may_be_expressions() -> None:
    doubled = Gaussian(X, MU + 0.5, 2.0 * SIGMA)
    assert [parameter.name for parameter in doubled.parameters] == ["mu", "sigma"]
    found = evaluate([doubled.log_density()], {"mu": 0.5, "sigma": 0.35}, {"": {"x": ROWS}})[0]
    plain = evaluate([Gaussian(X, 1.0, 0.7).log_density()], {}, {"": {"x": ROWS}})[0]
    np.testing.assert_allclose(found, plain, rtol=1e-14)


def test_a_width_must_be_positive() -> None:
    with pytest.raises(ModelError, match="gaussian: sigma is -2 at the start; it must be > 0"):
        Gaussian(X, MU, -2.0)
    with pytest.raises(ModelError, match="gaussian: sigma is 0 at the start"):
        Gaussian(X, MU, SIGMA - 0.7)
