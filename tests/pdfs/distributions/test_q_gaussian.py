import mpmath as mp
import numpy as np
import pytest
from scipy import stats

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import Gaussian
from morefit_py.pdfs.distributions.q_gaussian import QGaussian

from .oracle import exact, log_density

X = Observable("x", -10.0, 20.0)
Q, MU, S = Parameter("q", 1.5, (1.0, 10.0)), Parameter("mu", 0.0), Parameter("s", 1.0, (1e-9, 1e9))


@pytest.mark.parametrize(
    ("q", "mu", "s"),
    [
        (1.5, 2, 1),
        (1.0001, 2, 1),
        (2, 2, 0.01),
        (2.9, 2, 1e-3),
        (5, 2, 1),
        (1.3, -60, 4),
        (1.1, 80, 2),
        (1.5, 2, 1e4),
    ],
)
def test_agrees_with_mpmath(q: float, mu: float, s: float) -> None:
    def formula(x: mp.mpf) -> mp.mpf:
        return -mp.log(1 + (mp.mpf(q) - 1) * ((x - mu) / s) ** 2 / 2) / (mp.mpf(q) - 1)

    rows = [-9.0, 2.0, 2.01, 3.0, 19.0]
    close = [mu + sign * s * 4.0**n for n in range(-2, 9) for sign in (-1, 1)]
    bounds = sorted({-10.0, 20.0, *np.linspace(-10, 20, 31), *(x for x in close if -10 < x < 20)})
    found = log_density(QGaussian(X, Q, MU, S), {"q": q, "mu": mu, "s": s}, rows)
    np.testing.assert_allclose(found, exact(formula, bounds, rows), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize(("mu", "s"), [(2.0, 1.0), (-40.0, 1.5), (5.0, 1e-3), (5.0, 1e5)])
def test_q_of_one_is_a_gaussian(mu: float, s: float) -> None:
    rows = [-9.0, 2.0, 3.0]
    found = log_density(QGaussian(X, 1.0, MU, S), {"mu": mu, "s": s}, rows)
    np.testing.assert_allclose(found, log_density(Gaussian(X, MU, S), {"mu": mu, "s": s}, rows), rtol=1e-11)


def test_the_derivative_by_q_exists_at_one() -> None:
    density = QGaussian(X, Q, MU, S)
    slope = derivatives(density.log_density(), [param(Q)]).gradient[0]
    rows = {"": {"x": np.array([0.0, 1.0, 4.0])}}
    found = evaluate([slope], {"q": 1.0, "mu": 1.0, "s": 1.0}, rows)[0]
    # To first order in q - 1 the logarithm gains t^4/8, whose mean over a Gaussian is 3/8.
    np.testing.assert_allclose(found, (np.array([-1.0, 0.0, 3.0]) ** 4 - 3.0) / 8.0, rtol=1e-8)


def test_it_is_students_distribution() -> None:
    nu = 4.0
    q = (nu + 3) / (nu + 1)
    # t of the q-Gaussian is that of Student times sqrt(2/(3 - q)).
    scale = np.sqrt(2 / (3 - q))
    wide = Observable("x", -1e9, 1e9)
    found = log_density(QGaussian(wide, q, 0.0, 1.0), {}, [0.0, 1.0, 7.0])
    exact = stats.t(nu, 0.0, scale).logpdf([0.0, 1.0, 7.0])
    np.testing.assert_allclose(found, exact, rtol=1e-10)


def test_domains() -> None:
    with pytest.raises(ModelError, match=r"q_gaussian: q is 0\.5 at the start; it must be >= 1"):
        QGaussian(X, 0.5, 0.0, 1.0)
    assert QGaussian(X, 1.0, 0.0, 1.0).normalisation == "quadrature (16 nodes between cuts)"
