import math
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import log1p, param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.parts.power_integral import PowerIntegral, gamma_integral

A, K, LOW, HIGH = (Parameter(name, 1.0) for name in ("a", "k", "low", "high"))


def _exact(a: Any, k: Any, low: Any, high: Any) -> Any:
    """The logarithm of the integral, in digits that outlast every cancellation."""
    a, k, low, high = (mp.mpf(value) for value in (a, k, low, high))
    if k > 0:
        return mp.log(mp.gammainc(a, k * low, k * high)) - a * mp.log(k)
    whole = high**a / a * mp.hyp1f1(a, a + 1, -k * high)
    return mp.log(whole - (low**a / a * mp.hyp1f1(a, a + 1, -k * low) if low > 0 else 0))


@pytest.mark.parametrize("a", [1e-4, 0.5, 2.5, 2000.0])
@pytest.mark.parametrize("rate", [-300.0, -12.0, 0.0, 1e-9, 3.0, 25.0, 700.0])
@pytest.mark.parametrize("low", [0.0, 0.02, 0.999])
def test_wherever_the_top_lies(a: float, rate: float, low: float) -> None:
    high = 7.0
    with mp.workdps(360):
        exact = float(_exact(a, mp.mpf(rate) / high, low * high, high))
    at = {"a": a, "k": rate / high, "low": low * high, "high": high}
    found = evaluate([gamma_integral(A, K).between(LOW, HIGH).log()], at)[0]
    assert found == pytest.approx(exact, rel=1e-14, abs=2e-12)


@pytest.mark.parametrize("at", [(0.3, 0.5, 0.0, 7.0), (30.0, 4.0, 2.0, 9.0), (3.0, -0.2, 0.0, 2.0)])
def test_derivatives(at: tuple[float, float, float, float]) -> None:
    root = gamma_integral(A, K).between(LOW, HIGH).log()
    wrt = [A, K, HIGH] + ([LOW] if at[2] else [])
    found = derivatives(root, [param(p) for p in wrt], order=2)
    values = dict(zip(("a", "k", "low", "high"), at, strict=True))
    gradient = evaluate(found.gradient, values)
    hessian = dict(zip(found.hessian, evaluate(list(found.hessian.values()), values), strict=True))
    names = [p.name for p in wrt]

    def moved(*ends: Any) -> Any:
        held = {**values, **dict(zip(names, ends, strict=True))}
        return _exact(*(held[name] for name in ("a", "k", "low", "high")))

    point = [values[name] for name in names]
    with mp.workdps(25):
        for i in range(len(wrt)):
            order = [int(i == j) for j in range(len(wrt))]
            assert gradient[i] == pytest.approx(float(mp.diff(moved, point, order)), rel=1e-9, abs=1e-11)
            for j in range(i, len(wrt)):
                order = [int(i == n) + int(j == n) for n in range(len(wrt))]
                exact = float(mp.diff(moved, point, order))
                assert hessian.get((i, j), 0.0) == pytest.approx(exact, rel=1e-7, abs=1e-9), (
                    names[i],
                    names[j],
                )


def test_ends_by_event_and_absent_ranges() -> None:
    low, high = Observable("low", 0.0, 20.0), Observable("high", 0.0, 20.0)
    part = gamma_integral(2.5, 0.7).between(low, high, high > 0.0)
    rows = {"low": np.array([0.0, 0.0, 3.0, 12.0]), "high": np.array([0.0, 2.0, 3.1, 20.0])}
    log_value, present = evaluate([part.log(), part.present], {}, {"": rows})
    assert list(present) == [False, True, True, True]
    with mp.workdps(30):
        exact = [
            float(_exact(2.5, 0.7, a, b)) for a, b in zip(rows["low"][1:], rows["high"][1:], strict=True)
        ]
    np.testing.assert_allclose(log_value[1:], exact, rtol=1e-12)
    assert math.isfinite(log_value[0])


def test_another_factor_than_an_exponential() -> None:
    # y^(a-1) (1 + y)^-(a+b) from 0 to 1: half of the beta function where a = b.
    for a in (0.01, 1.0, 50.0, 3000.0):
        part = PowerIntegral(a, a, lambda y, a=a: -2.0 * a * log1p(y)).between(0.0, 1.0)
        exact = float(mp.log(mp.beta(a, a) / 2))
        assert evaluate([part.log()], {})[0] == pytest.approx(exact, abs=1e-11)
