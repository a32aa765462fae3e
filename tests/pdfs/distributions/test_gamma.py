import math

import mpmath as mp
import numpy as np
import pytest
from scipy import stats

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import Exponential
from morefit_py.pdfs.distributions.gamma import Gamma

from .oracle import log_density

X = Observable("x", 0.0, 30.0)
G, B, M = (
    Parameter("g", 3.0, (1e-3, 1e4)),
    Parameter("b", 2.0, (1e-3, 1e3)),
    Parameter("m", 0.0, (-5.0, 20.0)),
)


@pytest.mark.parametrize(
    ("gamma", "beta", "mu"),
    [
        (3, 2, 0),
        (0.05, 40, 0),
        (1, 7, 0),
        (1e-3, 2, 0),
        (900, 0.02, 0),
        (0.5, 3, -2),
        (60, 1, 0),
        (2.5, 2, 12),
    ],
)
def test_agrees_with_mpmath(gamma: float, beta: float, mu: float) -> None:
    rows = [x for x in (1e-6, 0.3, 5.0, 17.0, 29.9) if x > mu]
    with mp.workdps(60):
        g, b, m = mp.mpf(gamma), mp.mpf(beta), mp.mpf(mu)
        whole = mp.log(mp.gammainc(g, max(0 - m, 0) / b, (30 - m) / b)) + g * mp.log(b)
        wanted = [float((g - 1) * mp.log(x - m) - (x - m) / b - whole) for x in map(mp.mpf, rows)]
    found = log_density(Gamma(X, G, B, M), {"g": gamma, "b": beta, "m": mu}, rows)
    np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-11)


def test_shape_one_is_an_exponential() -> None:
    rows = [0.0, 2.0, 30.0]
    found = log_density(Gamma(X, 1.0, B), {"b": 4.0}, rows)
    np.testing.assert_allclose(found, log_density(Exponential(X, -0.25), {}, rows), rtol=1e-13)


def test_nothing_below_the_threshold() -> None:
    density = Gamma(X, G, B, M)
    at = {"g": 2.0, "b": 3.0, "m": 10.0}
    assert list(log_density(density, at, [0.0, 9.99, 10.5])[:2]) == [-math.inf, -math.inf]
    found = derivatives(density.log_density(), [param(p) for p in (G, B, M)], order=2)
    rows = {"": {"x": np.array([3.0, 10.5])}}
    assert all(np.all(np.isfinite(v)) for v in evaluate([*found.gradient, *found.hessian.values()], at, rows))
    parts = evaluate([density.between(0.0, 9.0), density.between(5.0, 12.0), density.integral()], at)
    assert parts[0] == 0.0
    exact = stats.gamma(2.0, 10.0, 3.0)
    assert parts[1] / parts[2] == pytest.approx(exact.cdf(12.0) / exact.cdf(30.0), rel=1e-12)


def test_a_threshold_beyond_the_bounds_leaves_no_room() -> None:
    density = Gamma(X, G, B, M)
    assert evaluate([density.room()], {"m": 31.0})[0] == -1.0
    assert evaluate([density.integral()], {"g": 2.0, "b": 3.0, "m": 31.0})[0] == 0.0


def test_a_scale_that_differs_by_event() -> None:
    each = Observable("each", 0.5, 2.0)
    density = Gamma(X, G, B * each)
    rows = {"x": np.array([1.0, 5.0, 20.0]), "each": np.array([0.5, 1.0, 2.0])}
    found = evaluate([density.log_density()], {"g": 3.0, "b": 2.0}, {"": rows})[0]
    exact = [stats.gamma(3.0, 0.0, 2.0 * e).logpdf(x) - stats.gamma(3.0, 0.0, 2.0 * e).logcdf(30.0)
             for x, e in zip(*rows.values(), strict=True)]  # fmt: skip
    np.testing.assert_allclose(found, exact, rtol=1e-12)


def test_domains() -> None:
    with pytest.raises(ModelError, match="gamma: gamma is 0 at the start; it must be > 0"):
        Gamma(X, 0.0, 1.0)
    with pytest.raises(ModelError, match="gamma: beta is -1 at the start; it must be > 0"):
        Gamma(X, 1.0, -1.0)
    assert Gamma(X, 1.0, 1.0).normalisation == "quadrature (12 nodes between cuts)"
