import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.distributions.laplace import Laplace

from .oracle import log_density

X = Observable("x", -10.0, 20.0)
MU, B = Parameter("mu", 0.0), Parameter("b", 1.0, (1e-9, 1e9))


@pytest.mark.parametrize(("mu", "b"), [(0, 1), (-10, 2), (20, 2), (-500, 1), (900, 0.5), (3, 1e-3), (3, 1e6)])
def test_agrees_with_mpmath(mu: float, b: float) -> None:
    rows = [-9.0, 0.0, 3.0, 3.001, 19.0]

    def integral(low: float, high: float) -> mp.mpf:
        a, c = (mp.mpf(low) - mu) / b, (mp.mpf(high) - mu) / b

        def cumulative(t: mp.mpf) -> mp.mpf:
            return mp.exp(t) if t < 0 else 2 - mp.exp(-t)

        return b * (cumulative(c) - cumulative(a))

    with mp.workdps(1000):
        whole = mp.log(integral(-10, 20))
        wanted = [float(-abs(mp.mpf(x) - mu) / b - whole) for x in rows]
        part = float(mp.log(integral(1, 4)))
    found = log_density(Laplace(X, MU, B), {"mu": mu, "b": b}, rows)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)
    assert evaluate([Laplace(X, MU, B).log_between(1.0, 4.0)], {"mu": mu, "b": b})[0] == pytest.approx(
        part, rel=1e-12
    )


def test_the_width_is_positive() -> None:
    with pytest.raises(ModelError, match="laplace: b is 0 at the start; it must be > 0"):
        Laplace(X, 0.0, 0.0)
