import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.distributions.gumbel import Gumbel

from .oracle import log_density

X = Observable("x", -10.0, 20.0)
MU, B = Parameter("mu", 0.0), Parameter("b", 1.0, (1e-9, 1e9))


@pytest.mark.parametrize(("mu", "b"), [(0, 1), (-500, 1), (40, 5), (3, 0.2), (3, 1e5), (19, 0.05)])
def test_agrees_with_mpmath(mu: float, b: float) -> None:
    rows = [2.5, 3.0, 3.001, 19.0]
    with mp.workdps(1000):

        def t(x: float) -> mp.mpf:
            return (mp.mpf(x) - mu) / mp.mpf(b)

        whole = mp.log(mp.mpf(b) * (mp.exp(-mp.exp(-t(20))) - mp.exp(-mp.exp(-t(-10)))))
        wanted = np.array([float(-t(x) - mp.exp(-t(x)) - whole) for x in rows])
    found = log_density(Gumbel(X, MU, B), {"mu": mu, "b": b}, rows)
    kept = wanted > -1e60
    assert kept.any()
    np.testing.assert_allclose(found[kept], wanted[kept], rtol=1e-11)


@pytest.mark.parametrize("mu", [-1e4, 0.0, 1e4])
def test_derivatives_stay_finite_where_nothing_is_left(mu: float) -> None:
    root = Gumbel(X, MU, B).log_density()
    found = derivatives(root, [param(MU), param(B)], order=2)
    rows = {"": {"x": np.array([-10.0, 20.0])}}
    values = evaluate([*found.gradient, *found.hessian.values()], {"mu": mu, "b": 0.3}, rows)
    assert mu > 0 or all(np.all(np.isfinite(value)) for value in values)


def test_the_width_is_positive() -> None:
    with pytest.raises(ModelError, match="gumbel: beta is 0 at the start; it must be > 0"):
        Gumbel(X, 0.0, 0.0)
