import mpmath as mp
import pytest

from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.pdfs.parts.smeared_exponential import SmearedExponential

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
    found = evaluate([SmearedExponential(KAPPA.node).log(U)], {"u": u, "kappa": kappa})[0]
    with mp.workdps(30):
        exact = _convolved(u, mp.mpf(kappa))
        assert float(mp.exp(mp.mpf(float(found))) / exact) == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(("low", "high"), [(-3.0, 4.0), (-20.0, -10.0), (5.0, 8.0), (-1e-3, 1e-3)])
@pytest.mark.parametrize("kappa", [0.05, 1.0, 20.0])
def test_integral_in_many_digits(low: float, high: float, kappa: float) -> None:
    part = SmearedExponential(KAPPA.node).integral(U, HIGH)
    found = evaluate([part.log()], {"u": low, "high": high, "kappa": kappa})[0]
    with mp.workdps(120):
        k, points = mp.mpf(kappa), [mp.mpf(low), (mp.mpf(low) + high) / 2, mp.mpf(high)]
        exact = mp.quad(lambda u: mp.exp(1 / (2 * k**2) - u / k) * mp.ncdf(u - 1 / k) / k, points)
        assert found == pytest.approx(float(mp.log(exact)), rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("kappa", [0.7, 1e-9, 0.0])
def test_a_mirrored_one_is_its_mirror_image(kappa: float) -> None:
    one, other = SmearedExponential(KAPPA.node), SmearedExponential(-KAPPA.node)
    pairs = [one.log(U), other.log(-U), one.integral(U, HIGH).log(), other.integral(-HIGH, -U).log()]
    found = evaluate(pairs, {"u": 0.4, "high": 2.0, "kappa": kappa})
    assert found[0] == pytest.approx(found[1], rel=1e-15)
    assert found[2] == pytest.approx(found[3], rel=1e-14)
