import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.build import exp
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.distributions.log_normal import LogNormal

from .oracle import log_density

X = Observable("x", 0.0, 30.0)
M, K = Parameter("m0", 5.0, (1e-3, 1e3)), Parameter("k", 2.0, (1.0 + 1e-9, 1e3))


@pytest.mark.parametrize(("m0", "k"), [(5, 2), (5, 1 + 1e-6), (0.01, 1.5), (1e4, 1.2), (5, 500)])
def test_agrees_with_mpmath(m0: float, k: float) -> None:
    rows = [1e-3, 4.999, 5.0, 5.00001, 30.0]
    with mp.workdps(1000 if m0 > 1e3 else 60):
        width = mp.log(mp.mpf(k))

        def t(x: mp.mpf) -> mp.mpf:
            return mp.log(x / mp.mpf(m0)) / width

        whole = mp.log(width * mp.sqrt(mp.pi / 2) * mp.erfc(-t(mp.mpf(30)) / mp.sqrt(2)))
        wanted = [float(-(t(x) ** 2) / 2 - mp.log(x) - whole) for x in map(mp.mpf, rows)]
    found = log_density(LogNormal(X, M, K), {"m0": m0, "k": k}, rows)
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-10)


def test_mean_and_width_of_the_logarithm() -> None:
    mu, sigma = Parameter("mu", 1.0), Parameter("sigma", 0.3)
    found = log_density(LogNormal(X, exp(mu), exp(sigma)), {"mu": 1.0, "sigma": 0.3}, [1.0, 3.0])
    wanted = log_density(LogNormal(X, M, K), {"m0": np.exp(1.0), "k": np.exp(0.3)}, [1.0, 3.0])
    np.testing.assert_allclose(found, wanted, rtol=1e-14)


def test_it_vanishes_at_zero() -> None:
    assert log_density(LogNormal(X, M, K), {"m0": 5.0, "k": 2.0}, [0.0])[0] < -1000


def test_errors() -> None:
    with pytest.raises(ModelError, match="log_normal: the lower bound -1 of 'y' is negative"):
        LogNormal(Observable("y", -1.0, 1.0), 1.0, 2.0)
    with pytest.raises(ModelError, match="log_normal: k is 1 at the start; it must be > 1"):
        LogNormal(X, 1.0, 1.0)
