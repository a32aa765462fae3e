import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.pdfs.parts.landau_rationals import ABOVE, BELOW, DENSITY, SPLIT
from morefit_py.pdfs.parts.piecewise_rational import PiecewiseRational

X = Parameter("x", 0.0)


def _jumps(function: PiecewiseRational) -> np.ndarray:
    inner = np.array(function.edges[1:-1])[:, None]
    below, at = (evaluate([function(X)], {"x": x})[0] for x in (np.nextafter(inner, 0.0), inner))
    return np.abs(below - at)


@pytest.mark.parametrize("function", [DENSITY, BELOW, ABOVE])
def test_pieces_join(function: PiecewiseRational) -> None:
    assert np.all(_jumps(function) < 2e-15)


@pytest.mark.parametrize("function", [DENSITY, BELOW, ABOVE])
def test_no_pole_between(function: PiecewiseRational) -> None:
    q = np.linspace(-1.0, 1.0, 401)
    for denominator in function.denominators:
        assert np.min(np.polynomial.polynomial.polyval(q, denominator)) > 0.1


def test_integrals_from_both_sides_add_up_to_one() -> None:
    below, above = (evaluate([function(X)], {"x": SPLIT})[0] for function in (BELOW, ABOVE))
    omega = SPLIT / (1 - SPLIT)
    t = omega + np.log(omega)
    total = np.exp(below + 0.5 * (t + 1) - np.exp(-t - 1)) + np.exp(above) / (1 + omega)
    assert total == pytest.approx(1.0, abs=1e-14)


@pytest.mark.parametrize("p", [0.6, 0.8, 0.9, 0.96, 0.99, 0.9999])
def test_above_is_the_integral_of_koelbig_and_schorr(p: float) -> None:
    with mp.workdps(30):
        omega = mp.mpf(p) / (1 - mp.mpf(p))
        t = omega + mp.log(omega)

        def integrand(u: mp.mpf) -> mp.mpf:
            return mp.exp(-t * u - u * mp.log(u)) * mp.sin(mp.pi * u) / (mp.pi * u)

        cuts = [0, *(k / t for k in (0.01, 0.1, 0.5, 1, 2, 4, 8, 14, 22, 32, 45, 60, 80))]
        exact = float(mp.log(mp.quad(integrand, cuts) * (1 + omega)))
    assert evaluate([ABOVE(X)], {"x": p})[0] == pytest.approx(exact, abs=2e-15)
