import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.build import as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.parts.hyperbolic import HyperbolicCore

NAMES = ("lambd", "zeta", "tilt")
CORE = HyperbolicCore(*(Parameter(name, 1.0) for name in NAMES))
LOW, HIGH, T = Parameter("low", -1.0), Parameter("high", 1.0), Parameter("t", 0.0)
POINTS = [
    (-3.0, 0.1, 0.02),
    (-3.0, 1e-4, 0.0),
    (-0.5, 0.1, 0.02),
    (1.0, 0.5, -0.3),
    (2.0, 0.05, 0.02),
    (-3.0, 10.0, 0.02),
    (1.0, 200.0, 0.0),
]


def _exact(t: mp.mpf, lambd: float, zeta: float, tilt: float) -> mp.mpf:
    """As the paper has it, with sigma = 1, over its value at zero."""
    lambd, zeta, nu = mp.mpf(lambd), mp.mpf(zeta), mp.mpf(lambd) - mp.mpf(1) / 2
    square = zeta * mp.besselk(lambd, zeta) / mp.besselk(lambd + 1, zeta)
    r = mp.sqrt(1 + t**2 / square)
    return mp.exp(tilt * t) * r**nu * mp.besselk(nu, zeta * r) / mp.besselk(nu, zeta)


@pytest.mark.parametrize("point", POINTS)
def test_value_and_slope(point: tuple[float, ...]) -> None:
    values = dict(zip(NAMES, point, strict=True))
    for t in (-7.0, -0.3, 1e-3, 2.0):
        found = evaluate([CORE.log_value(as_node(T)), CORE.slope(as_node(T))], values | {"t": t})
        with mp.workdps(25):
            exact = [float(mp.diff(lambda x: mp.log(_exact(x, *point)), mp.mpf(t), k)) for k in (0, 1)]
        np.testing.assert_allclose(found, exact, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("point", POINTS)
def test_variance_is_one_without_tilt(point: tuple[float, ...]) -> None:
    values = dict(zip(NAMES, point, strict=True)) | {"tilt": 0.0}
    s = np.linspace(-9.0, 9.0, 4001)
    t = np.sinh(s)
    weight = np.exp(evaluate([CORE.log_value(T.node)], values | {"t": t[:, None]})[0][:, 0]) * np.cosh(s)
    assert np.sum(weight * t**2) / np.sum(weight) == pytest.approx(1.0, rel=2e-3 if point[0] < -2 else 1e-9)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize(("low", "high"), [(-2.0, 3.0), (3.0, 7.0), (-70.0, -30.0), (-40.0, 50.0)])
def test_integral(point: tuple[float, ...], low: float, high: float) -> None:
    values = dict(zip(NAMES, point, strict=True)) | {"low": low, "high": high}
    found = evaluate([CORE.integral(as_node(LOW), as_node(HIGH)).log()], values)[0]
    edges = np.unique(np.concatenate([[low, high], *(s * np.logspace(-6, 2, 400) for s in (-1, 1))]))
    edges = edges[(edges >= low) & (edges <= high)]
    u, w = np.polynomial.legendre.leggauss(16)
    half = np.diff(edges)[:, None] / 2
    nodes, weights = (edges[:-1, None] + half * (1 + u)).ravel(), (half * w).ravel()
    log_value = evaluate([CORE.log_value(T.node)], values | {"t": nodes[:, None]})[0][:, 0]
    top = log_value.max()
    assert found == pytest.approx(top + np.log(weights @ np.exp(log_value - top)), rel=1e-11, abs=1e-10)


def test_an_integral_that_differs_from_event_to_event() -> None:
    low, high = Observable("low", -10.0, 10.0), Observable("high", -10.0, 10.0)
    values = dict(zip(NAMES, POINTS[0], strict=True))
    ends = {"low": np.array([-2.0, 0.5, -8.0]), "high": np.array([3.0, 0.7, -2.0])}
    found = evaluate([CORE.integral(low.node, high.node).log()], values, {"": ends})[0]
    each = CORE.integral(as_node(LOW), as_node(HIGH)).log()
    pairs = zip(ends["low"], ends["high"], strict=True)
    expected = [evaluate([each], values | {"low": a, "high": b})[0] for a, b in pairs]
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-10)
