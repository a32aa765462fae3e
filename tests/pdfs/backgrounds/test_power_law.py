import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import Uniform
from morefit_py.pdfs.backgrounds.power_law import PowerLaw

from ..distributions.oracle import log_density

X, NARROW = Observable("x", 0.5, 2000.0), Observable("x", 5279.9, 5280.1)
P = Parameter("p", -2.0)


@pytest.mark.parametrize("x", [X, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("p", [-2.0, 3.5, -1.0, -1.0 + 1e-12, -1.001, 0.0, -900.0, 900.0])
def test_agrees_with_mpmath(x: Observable, p: float) -> None:
    rows = [x.low, x.low + 0.3 * x.width, x.high]
    ends = (x.low + 0.2 * x.width, x.low + 0.21 * x.width)

    def log_integral(low: float, high: float) -> mp.mpf:
        a, b, q = mp.mpf(low), mp.mpf(high), mp.mpf(p) + 1
        return mp.log(mp.log(b / a) if q == 0 else (b**q - a**q) / q)

    with mp.workdps(60):
        whole = log_integral(x.low, x.high)
        wanted = [float(mp.mpf(p) * mp.log(mp.mpf(value)) - whole) for value in rows]
        part = float(log_integral(*ends) - whole)
    np.testing.assert_allclose(log_density(PowerLaw(x, P), {"p": p}, rows), wanted, rtol=1e-11, atol=1e-12)
    density = PowerLaw(x, P)
    found = evaluate([density.log_between(*ends) - density.log_integral()], {"p": p})[0]
    assert found == pytest.approx(part, rel=1e-11)


def test_power_zero_is_uniform() -> None:
    found = log_density(PowerLaw(X, P), {"p": 0.0}, [1.0, 1500.0])
    np.testing.assert_allclose(found, log_density(Uniform(X), {}, [1.0, 1500.0]), rtol=1e-14)


def test_the_range_is_positive() -> None:
    with pytest.raises(ModelError, match="power_law: the lower bound 0 of 'y' is not positive; raise it"):
        PowerLaw(Observable("y", 0.0, 1.0), -2.0)
