import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.distributions.beta import Beta

from .oracle import log_density

X = Observable("x", 0.0, 1.0)
WIDE = Observable("x", -3.0, 5.0)
A, B = Parameter("a", 2.0, (1e-4, 1e5)), Parameter("b", 3.0, (1e-4, 1e5))
SHAPES = [
    (2, 3),
    (0.4, 0.7),
    (1e-3, 2),
    (0.01, 0.01),
    (1, 1),
    (50, 0.05),
    (300, 500),
    (0.3, 900),
    (1e-6, 1),
]


@pytest.mark.parametrize(("a", "b"), [*SHAPES, (3000, 5000)])
def test_agrees_with_mpmath(a: float, b: float) -> None:
    rows = np.array([-2.9, -1.0, 0.1, 4.0, 4.99])
    with mp.workdps(40):
        low, width = mp.mpf(-3), mp.mpf(8)
        whole = mp.log(width * mp.beta(a, b))
        v = [(mp.mpf(x) - low) / width for x in rows]
        wanted = [float((mp.mpf(a) - 1) * mp.log(t) + (mp.mpf(b) - 1) * mp.log(1 - t) - whole) for t in v]
    np.testing.assert_allclose(
        log_density(Beta(WIDE, A, B), {"a": a, "b": b}, rows.tolist()), wanted, rtol=1e-11, atol=2e-11
    )


@pytest.mark.parametrize(("a", "b"), SHAPES)
def test_integrals_of_parts_are_incomplete_beta_functions(a: float, b: float) -> None:
    density = Beta(X, A, B)
    for low, high in ((0.0, 0.1), (0.1, 0.4), (0.3, 0.9), (0.36, 0.39), (0.7, 0.71), (0.8, 1.0), (0.0, 1.0)):
        share = evaluate([density.between(low, high) / density.integral()], {"a": a, "b": b})[0]
        with mp.workdps(400):
            exact = mp.betainc(a, b, mp.mpf(low), mp.mpf(high), regularized=True)
        assert share == pytest.approx(float(exact), rel=1e-10, abs=1e-300), (low, high)


def test_a_uniform_is_one() -> None:
    np.testing.assert_allclose(
        log_density(Beta(WIDE, 1.0, 1.0), {}, [-3.0, 0.0, 5.0]), -np.log(8.0), rtol=1e-14
    )


def test_domains() -> None:
    with pytest.raises(ModelError, match="beta: alpha is 0 at the start; it must be > 0"):
        Beta(X, 0.0, 1.0)
    assert Beta(X, 1.0, 1.0).normalisation == "closed form"
