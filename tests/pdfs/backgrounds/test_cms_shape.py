import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import Exponential
from morefit_py.pdfs.backgrounds.cms_shape import CMSShape

from ..distributions.oracle import log_density

X = Observable("m", 50.0, 130.0)
A, B, G = Parameter("alpha", 65.0), Parameter("beta", 0.1, (1e-9, 1e9)), Parameter("gamma", 0.05)
DENSITY = CMSShape(X, A, B, G)
POINTS = [
    (65, 0.08, 0.05), (70, 50, 0.03), (70, 0.1, 0), (70, 0.1, 1e-12), (70, 0.1, -0.02), (20, 0.2, 0.1),
    (200, 0.05, 0.02), (300, 0.2, 0), (90, 0.01, 0.2), (90, 0.3, 3), (90, 1e-3, 0.05), (130, 1e5, 0.013),
    (129.999, 1e5, -0.0126), (90, 0.2, 0.0125), (250, 0.2, 0.5), (50, 0.02, -2),
]  # fmt: skip


def _log_integral(low: mp.mpf, high: mp.mpf, beta: mp.mpf, gamma: mp.mpf) -> mp.mpf:
    """The textbook antiderivative at distances from alpha; it cancels, so in very many digits."""

    def upto(t: mp.mpf) -> mp.mpf:
        if gamma == 0:
            return t * mp.erfc(-beta * t) + mp.exp(-((beta * t) ** 2)) / (beta * mp.sqrt(mp.pi))
        half = gamma / (2 * beta)
        return (mp.exp(half**2) * mp.erf(beta * t + half) - mp.erfc(-beta * t) * mp.exp(-gamma * t)) / gamma

    return mp.log(upto(high) - upto(low))


@pytest.mark.parametrize("values", POINTS)
def test_agrees_with_mpmath(values: tuple[float, float, float]) -> None:
    rows = [50.0, 64.0, 89.9, 130.0]
    alpha, beta, gamma = values
    beyond = min(beta * (130 - alpha), 0) ** 2 + (gamma / (2 * beta)) ** 2
    with mp.workdps(100 + int(beyond)):

        def log_shape(x: float) -> mp.mpf:
            t = mp.mpf(x) - mp.mpf(alpha)
            return mp.log(mp.erfc(-beta * t)) - mp.mpf(gamma) * t

        ends = [mp.mpf(end) - mp.mpf(alpha) for end in (50, 130, 60, 61)]
        whole = _log_integral(ends[0], ends[1], mp.mpf(beta), mp.mpf(gamma))
        part = (
            float(_log_integral(ends[2], ends[3], mp.mpf(beta), mp.mpf(gamma)) - whole) if beta < 10 else None
        )
        wanted = np.array([float(log_shape(x) - whole) if beta * (alpha - x) < 80 else np.nan for x in rows])
    at = {"alpha": alpha, "beta": beta, "gamma": gamma}
    found = log_density(DENSITY, at, rows)
    kept = np.isfinite(wanted)
    np.testing.assert_allclose(found[kept], wanted[kept], rtol=1e-10, atol=1e-10)
    if part is not None:
        share = evaluate([DENSITY.log_between(60.0, 61.0) - DENSITY.log_integral()], at)[0]
        assert share == pytest.approx(part, rel=1e-10, abs=1e-10)


def test_far_above_the_turn_on_it_is_an_exponential() -> None:
    found = log_density(CMSShape(X, 20.0, 2.0, G), {"gamma": 0.05}, [50.0, 130.0])
    np.testing.assert_allclose(found, log_density(Exponential(X, -0.05), {}, [50.0, 130.0]), rtol=1e-13)


def test_derivatives_by_the_slope_exist_where_it_vanishes() -> None:
    found = derivatives(DENSITY.log_density(), [param(G)], order=2)
    rows = {"": {"m": np.array([60.0, 100.0])}}
    at = {"alpha": 70.0, "beta": 0.1}
    roots = [found.gradient[0], found.hessian[0, 0]]
    below, at_zero, above = (evaluate(roots, at | {"gamma": g}, rows) for g in (-1e-7, 0.0, 1e-7))
    for i in range(2):
        np.testing.assert_allclose(at_zero[i], 0.5 * (below[i] + above[i]), rtol=1e-8)


def test_the_steepness_is_positive() -> None:
    with pytest.raises(ModelError, match="cms_shape: beta is 0 at the start; it must be > 0"):
        CMSShape(X, 60.0, 0.0, 0.1)
    assert DENSITY.normalisation == "closed form"
