import numpy as np
import pytest
from scipy import stats

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.distributions.chi_squared import ChiSquared

from .oracle import log_density

X, N = Observable("x", 0.0, 50.0), Parameter("n", 3.0, (0.1, 200.0))


@pytest.mark.parametrize("n", [0.5, 1.0, 2.0, 7.5, 40.0])
def test_agrees_with_scipy(n: float) -> None:
    rows = [0.01, 1.0, 12.0, 49.0]
    exact = stats.chi2(n)
    found = log_density(ChiSquared(X, N), {"n": n}, rows)
    np.testing.assert_allclose(found, exact.logpdf(rows) - exact.logcdf(50.0), rtol=1e-11, atol=1e-12)
    share = evaluate([ChiSquared(X, N).between(3.0, 9.0) / ChiSquared(X, N).integral()], {"n": n})[0]
    assert share == pytest.approx((exact.cdf(9.0) - exact.cdf(3.0)) / exact.cdf(50.0), rel=1e-11)


def test_degrees_of_freedom_are_positive() -> None:
    with pytest.raises(ModelError, match="chi_squared: ndof is 0 at the start; it must be > 0"):
        ChiSquared(X, 0.0)
    assert ChiSquared(X, 2.0).normalisation.startswith("quadrature")
