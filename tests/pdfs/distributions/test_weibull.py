import math

import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import Exponential
from morefit_py.pdfs.distributions.weibull import Weibull

from .oracle import log_density

X = Observable("x", 0.0, 30.0)
K, S = Parameter("k", 2.0, (1e-3, 1e3)), Parameter("s", 8.0, (1e-3, 1e3))


@pytest.mark.parametrize(("k", "s"), [(2, 8), (0.3, 5), (1, 8), (0.01, 3), (200, 12), (3, 500), (1.5, 0.3)])
def test_agrees_with_mpmath(k: float, s: float) -> None:
    rows = [1e-6, 0.5, 8.0, 12.1, 29.0]
    with mp.workdps(50):
        whole = mp.log(mp.mpf(s) / k * -mp.expm1(-((30 / mp.mpf(s)) ** k)))
        t = [mp.mpf(x) / mp.mpf(s) for x in rows]
        wanted = [float((k - 1) * mp.log(r) - r**k - whole) for r in t]
    found = log_density(Weibull(X, K, S), {"k": k, "s": s}, rows)
    kept = np.array(wanted) > -1e60
    np.testing.assert_allclose(found[kept], np.array(wanted)[kept], rtol=1e-12, atol=1e-12)


def test_parts_far_in_the_tail_and_narrow_ones() -> None:
    density = Weibull(X, K, S)
    for low, high in ((20.0, 29.0), (5.0, 5.0 + 1e-7), (0.0, 1e-9)):
        found = evaluate([density.log_between(low, high)], {"k": 3.0, "s": 2.0})[0]
        with mp.workdps(60):
            a, b = ((mp.mpf(end) / 2) ** 3 for end in (low, high))
            exact = float(mp.log(mp.mpf(2) / 3 * (mp.exp(-a) - mp.exp(-b))))
        assert found == pytest.approx(exact, rel=1e-13)


def test_power_one_is_an_exponential() -> None:
    found = log_density(Weibull(X, 1.0, S), {"s": 4.0}, [0.0, 3.0, 30.0])
    np.testing.assert_allclose(found, log_density(Exponential(X, -0.25), {}, [0.0, 3.0, 30.0]), rtol=1e-13)


def test_nothing_below_zero() -> None:
    x = Observable("x", -5.0, 30.0)
    found = log_density(Weibull(x, 2.0, 8.0), {}, [-1.0, 4.0])
    assert found[0] == -math.inf
    assert found[1] == pytest.approx(log_density(Weibull(X, 2.0, 8.0), {}, [4.0])[0], rel=1e-13)
    assert evaluate([Weibull(x, 2.0, 8.0).between(-4.0, -1.0)], {})[0] == 0.0


def test_domains() -> None:
    with pytest.raises(ModelError, match="weibull: k is 0 at the start; it must be > 0"):
        Weibull(X, 0.0, 1.0)
    with pytest.raises(ModelError, match="weibull: scale is 0 at the start; it must be > 0"):
        Weibull(X, 1.0, 0.0)
