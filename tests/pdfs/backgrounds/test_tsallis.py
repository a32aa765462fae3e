import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.backgrounds.tsallis import Tsallis

from ..distributions.oracle import log_density

X = Observable("pt", 0.0, 50.0)
M, T, N = (
    Parameter("m", 0.14, (0.0, 100.0)),
    Parameter("t", 0.1, (1e-4, 100.0)),
    Parameter("n", 7.0, (0.1, 1e6)),
)


@pytest.mark.parametrize(
    ("m", "t", "n"),
    [(0.14, 0.1, 7), (0, 0.5, 3), (5, 0.01, 2), (0.5, 2, 1), (1e-3, 1, 0.5), (0.1, 1, 1e5), (91, 3, 10)],
)
def test_agrees_with_mpmath(m: float, t: float, n: float) -> None:
    rows = [1e-3, 0.2, 1.0, 7.0, 49.0]
    with mp.workdps(50):
        scale, mass, power = mp.mpf(n) * mp.mpf(t), mp.mpf(m), mp.mpf(n)

        def z(x: float) -> mp.mpf:
            return 1 + (mp.sqrt(mp.mpf(x) ** 2 + mass**2) - mass) / scale

        def upto(end: mp.mpf) -> mp.mpf:
            # The antiderivative of (m + scale (z - 1)) z^-n in z.
            first = mp.log(end) if power == 1 else end ** (1 - power) / (1 - power)
            second = mp.log(end) if power == 2 else end ** (2 - power) / (2 - power)
            return (mass - scale) * first + scale * second

        def integral(low: float, high: float) -> mp.mpf:
            return scale * (upto(z(high)) - upto(z(low)))

        wanted = [float(mp.log(x) - power * mp.log(z(x)) - mp.log(integral(0, 50))) for x in rows]
        part = float(integral(0.5, 0.6) / integral(0, 50))
    at = {"m": m, "t": t, "n": n}
    density = Tsallis(X, M, T, N)
    np.testing.assert_allclose(log_density(density, at, rows), wanted, rtol=1e-11, atol=1e-11)
    share = evaluate([density.between(0.5, 0.6) / density.integral()], at)[0]
    assert share == pytest.approx(part, rel=1e-11)


def test_errors() -> None:
    with pytest.raises(ModelError, match="tsallis: the lower bound -1 of 'pt' is negative"):
        Tsallis(Observable("pt", -1.0, 1.0), 0.1, 0.1, 7.0)
    with pytest.raises(ModelError, match="tsallis: t is 0 at the start; it must be > 0"):
        Tsallis(X, 0.1, 0.0, 7.0)
    assert Tsallis(X, 0.1, 0.1, 7.0).normalisation == "quadrature (16 nodes between cuts)"
