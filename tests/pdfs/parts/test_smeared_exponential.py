import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.parts.smeared_exponential import SmearedExponential, beside

U, KAPPA, HIGH = Parameter("u", 0.0), Parameter("kappa", 1.0), Parameter("high", 1.0)


def _convolved(u: float, kappa: float) -> mp.mpf:
    """The convolution integral itself, its integrand taken relative to its largest value."""
    peak = max(mp.mpf(0), u - 1 / mp.mpf(kappa))
    width = 1 / (1 + max(mp.mpf(0), 1 / mp.mpf(kappa) - u))
    points = sorted({max(mp.mpf(0), peak + step * width) for step in range(-40, 81, 4)})
    top = -peak / kappa - (u - peak) ** 2 / 2
    whole = mp.quad(lambda s: mp.exp(-s / kappa - (u - s) ** 2 / 2 - top), points)
    return mp.exp(top) * whole / (kappa * mp.sqrt(2 * mp.pi))


@pytest.mark.parametrize("kappa", [0.02, 0.1, 1.0, 30.0, 1000.0])
@pytest.mark.parametrize("u", [-40.0, -5.0, 0.0, 0.9, 4.0, 25.0])
def test_value_is_the_convolution(u: float, kappa: float) -> None:
    part = SmearedExponential(KAPPA.node).value(U)
    factor, exponent = evaluate([part.factor, part.exponent], {"u": u, "kappa": kappa})
    with mp.workdps(30):
        exact = _convolved(u, mp.mpf(kappa))
        assert float(factor * mp.exp(mp.mpf(float(exponent))) / exact) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(("low", "high"), [(-3.0, 4.0), (-20.0, -10.0), (5.0, 8.0), (-1e-3, 1e-3)])
@pytest.mark.parametrize("kappa", [0.05, 1.0, 20.0])
def test_integral_in_many_digits(low: float, high: float, kappa: float) -> None:
    part = SmearedExponential(KAPPA.node).integral(U, HIGH)
    found = evaluate([part.log()], {"u": low, "high": high, "kappa": kappa})[0]
    with mp.workdps(120):
        k, points = mp.mpf(kappa), [mp.mpf(low), (mp.mpf(low) + high) / 2, mp.mpf(high)]
        exact = mp.quad(lambda u: mp.exp(1 / (2 * k**2) - u / k) * mp.ncdf(u - 1 / k) / k, points)
        assert found == pytest.approx(float(mp.log(exact)), rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("z", [7.99, 8.01])
def test_both_forms_join(z: float) -> None:
    kappa = 0.05
    u = 1.0 / kappa - np.sqrt(2.0) * z
    first = derivatives(beside(U, KAPPA), [param(U), param(KAPPA)], order=2)
    roots = [beside(U, KAPPA), *first.gradient, *first.hessian.values()]
    found = evaluate(roots, {"u": u, "kappa": kappa})
    with mp.workdps(60):

        def f(u: mp.mpf, k: mp.mpf) -> mp.mpf:
            y = (1 / k - u) / mp.sqrt(2)
            return mp.exp(y * y) * mp.erfc(y) / (2 * k)

        at = (mp.mpf(u), mp.mpf(kappa))
        orders = [(0, 0), (1, 0), (0, 1), (2, 0), (1, 1), (0, 2)]
        exact = [float(f(*at)), *(float(mp.diff(f, at, order)) for order in orders[1:])]
    held = [found[0], found[1], found[2], *(found[3 + list(first.hessian).index(p)] for p in _PAIRS)]
    np.testing.assert_allclose(held, exact, rtol=1e-10)


_PAIRS = ((0, 0), (0, 1), (1, 1))
