import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.parts.special import exprel, gaussian_integral, log_gaussian_integral

A, B = Parameter("a", 0.0), Parameter("b", 1.0)


@pytest.mark.parametrize("z", [0.0, 1e-12, 1e-3, 0.1, 0.249999, 0.250001, -0.2, -0.250001, 1.0, -50.0, 100.0])
def test_exprel_and_its_derivatives(z: float) -> None:
    root = exprel(A)
    found = derivatives(root, [param(A)], order=2)
    third = derivatives(found.hessian[0, 0], [param(A)]).gradient[0]
    values = evaluate([root, found.gradient[0], found.hessian[0, 0], third], {"a": z})
    # The derivative of order k is the integral of u^k exp(z u) over u from 0 to 1.
    with mp.workdps(30):
        exact = [float(mp.quad(lambda u, k=k: u**k * mp.exp(z * u), [0, 1])) for k in range(4)]
    np.testing.assert_allclose(values[:3], exact[:3], rtol=1e-13)
    assert values[3] == pytest.approx(exact[3], rel=1e-11)


@pytest.mark.parametrize(
    ("low", "high"),
    [(-1, 1), (-10, 10), (5, 6), (-6, -5), (30, 31), (-70, -50), (1, 1.01), (-1e-3, 1e-3), (3, 50), (0, 30)],
)
def test_log_of_a_gaussian_integral_with_derivatives(low: float, high: float) -> None:
    root = log_gaussian_integral(A, B)
    wrt = [param(A), param(B)]
    found = derivatives(root, wrt, order=2)
    pairs = [(0, 0), (0, 1), (1, 1)]
    values = evaluate(
        [root, *found.gradient, *[found.hessian[pair] for pair in pairs]], {"a": low, "b": high}
    )
    with mp.workdps(1200):
        a, b, root2 = mp.mpf(low), mp.mpf(high), mp.sqrt(2)
        total = mp.sqrt(mp.pi / 2) * (mp.erf(b / root2) - mp.erf(a / root2))
        at_a, at_b = -mp.exp(-(a**2) / 2) / total, mp.exp(-(b**2) / 2) / total
        exact = [mp.log(total), at_a, at_b, -a * at_a - at_a**2, -at_a * at_b, -b * at_b - at_b**2]
        np.testing.assert_allclose(values, [float(value) for value in exact], rtol=1e-12, atol=1e-200)


def test_an_empty_interval_has_no_integral() -> None:
    for point in (-3.0, 0.0, 40.0):
        part = gaussian_integral(A, B)
        assert evaluate([part.factor], {"a": point, "b": point})[0] == 0.0
