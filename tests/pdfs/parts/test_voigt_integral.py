from functools import partial
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.parts.voigt_integral import voigt_integral

NAMES = ("low", "high", "y")
LOW, HIGH, Y = (Parameter(name, 1.0) for name in NAMES)
ROOT = voigt_integral(LOW, HIGH, Y)
ENDS = [
    (-1.0, 2.0),
    (-40.0, 300.0),
    (0.0, 0.5),
    (-0.5, 0.0),
    (3.0, 4.0),
    (-90.0, -60.0),
    (0.3, 0.301),
    (-1e-3, 2e-3),
]


def _profile(x: Any, y: Any) -> Any:
    z = mp.mpc(x, y)
    if abs(z) > 25:  # Abramowitz & Stegun 7.1.23
        series = 1 + sum(mp.fac2(2 * n - 1) / (2 * z**2) ** n for n in range(1, 15))
        return (mp.mpc(0, 1) / (mp.sqrt(mp.pi) * z) * series).real
    return (mp.exp(-(z**2)) * mp.erfc(-1j * z)).real


@pytest.mark.parametrize(("low", "high"), ENDS)
@pytest.mark.parametrize("y", [0.0, 1e-9, 0.01, 0.7, 4.0, 300.0, 1e6])
def test_integral(low: float, high: float, y: float) -> None:
    found = evaluate([ROOT], {"low": low, "high": high, "y": y})[0]
    with mp.workdps(25):
        inner = [sign * mp.mpf(2) ** k for k in range(-3, 9) for sign in (1, -1)] + [mp.mpf(0)]
        cuts = [mp.mpf(low), *sorted(x for x in inner if low < x < high), mp.mpf(high)]
        exact = float(mp.quad(lambda x: _profile(x, mp.mpf(y)), cuts))
    if exact > 1e-300:
        assert found == pytest.approx(exact, rel=1e-11)


@pytest.mark.parametrize(("low", "high"), ENDS)
def test_derivatives_are_those_of_the_integral(low: float, high: float) -> None:
    found = derivatives(ROOT, [param(p) for p in (LOW, HIGH)], order=2)
    roots = [*found.gradient, *(found.hessian[pair] for pair in ((0, 0), (1, 1)))]
    for y in (0.01, 0.7, 40.0):
        values = evaluate(roots, {"low": low, "high": high, "y": y})
        with mp.workdps(25):
            exact = [-_profile(low, y), _profile(high, y)]
            exact += [sign * mp.diff(partial(_profile, y=y), end) for sign, end in ((-1, low), (1, high))]
        np.testing.assert_allclose(values, [float(value) for value in exact], rtol=1e-9, atol=1e-13)


def test_ends_that_differ_from_event_to_event() -> None:
    ends = Observable("low", -1e3, 1e3), Observable("high", -1e3, 1e3)
    columns = {"low": np.array([low for low, _ in ENDS]), "high": np.array([high for _, high in ENDS])}
    found = evaluate([voigt_integral(*ends, Y)], {"y": 0.3}, {"": columns})[0]
    expected = [evaluate([ROOT], {"low": low, "high": high, "y": 0.3})[0] for low, high in ENDS]
    np.testing.assert_allclose(found, expected, rtol=1e-13)
