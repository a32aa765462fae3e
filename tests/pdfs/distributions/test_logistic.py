import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.distributions.logistic import Logistic

from .oracle import log_density

X = Observable("x", -10.0, 20.0)
MU, S = Parameter("mu", 0.0), Parameter("s", 1.0, (1e-9, 1e9))


@pytest.mark.parametrize(("mu", "s"), [(0, 1), (-500, 1), (900, 0.5), (3, 1e-3), (3, 1e6)])
def test_agrees_with_mpmath(mu: float, s: float) -> None:
    rows = [-9.0, 0.0, 3.0, 3.001, 19.0]
    with mp.workdps(2000):

        def t(x: float) -> mp.mpf:
            return (mp.mpf(x) - mu) / s

        whole = mp.log(2 * mp.mpf(s) * (mp.tanh(t(20) / 2) - mp.tanh(t(-10) / 2)))
        wanted = [float(-2 * mp.log(mp.cosh(t(x) / 2)) - whole) for x in rows]
    found = log_density(Logistic(X, MU, S), {"mu": mu, "s": s}, rows)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


def test_an_event_at_its_centre_has_curvature() -> None:
    shape = Logistic(X, MU, 1.0).log_shape()
    hessian = derivatives(shape, [param(MU)], order=2).hessian[0, 0]
    # The second derivative of -2 log cosh(t/2) is -1/(2 cosh(t/2)^2).
    assert evaluate([hessian], {"mu": 3.0}, {"": {"x": np.array([3.0])}})[0] == pytest.approx(-0.5)


def test_the_width_is_positive() -> None:
    with pytest.raises(ModelError, match="logistic: s is 0 at the start; it must be > 0"):
        Logistic(X, 0.0, 0.0)
