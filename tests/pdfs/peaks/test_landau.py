from typing import Any

import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import Landau

X = Observable("x", 0.0, 100.0)
MU, C = Parameter("mu", 20.0), Parameter("c", 2.0)
DENSITY = Landau(X, MU, C)


def _transform(t: Any, power: int) -> Any:
    """The inverse Laplace transform of s^(s + power - 1): the density, or its integral from below.

    Along the path of steepest descent through the saddle s = exp(-t - 1), which is
    s = exp(-t - a/tan(a) + i a), the integrand is real.
    """

    def h(a: Any) -> Any:
        return mp.exp(-t + mp.log(a / mp.sin(a)) - a / mp.tan(a)) if a else mp.exp(-t - 1)

    def integrand(a: Any) -> Any:
        value = h(a)
        return value**power * mp.exp(-value) if value < 1e4 else mp.mpf(0)

    # Where h has risen by so much, found by bisection.
    cuts = [mp.mpf(0)]
    for rise in (0.1, 0.5, 1, 2, 4, 8, 16, 32, 64, 128):
        low, high = cuts[-1], mp.pi
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if h(middle) < h(mp.mpf(0)) + rise else (low, middle)
        cuts.append(low)
    return mp.quad(integrand, cuts) / mp.pi


def _log_density(x: float, mu: float, c: float) -> Any:
    t, low, high = ((mp.mpf(value) - mu) / c for value in (x, X.low, X.high))
    return mp.log(_transform(t, 1)) - mp.log(c * (_transform(high, 0) - _transform(low, 0)))


@pytest.mark.parametrize(
    ("mu", "c"), [(20, 2), (20, 0.5), (-50, 2), (110, 4), (99, 4), (0, 1), (100, 3), (5, 500), (-3e3, 1)]
)
def test_log_density_in_many_digits(mu: float, c: float) -> None:
    rows = np.array([0.5, 17.0, 19.6, 23.0, 60.0, 99.5])
    rows = rows[(rows - mu) / c > -6]
    found = evaluate([DENSITY.log_density()], {"mu": mu, "c": c}, {"": {"x": rows}})[0]
    with mp.workdps(30):
        exact = [float(_log_density(x, mu, c)) for x in rows]
    np.testing.assert_allclose(found, exact, rtol=3e-13, atol=3e-13)


def test_derivatives_by_the_observable_in_many_digits() -> None:
    found = derivatives(DENSITY.log_shape(), [X.node], order=2)
    roots, ts = [found.gradient[0], found.hessian[0, 0]], np.array([-4.5, -1.3, -0.3, 0.8, 4.0, 11.0, 33.0])
    first, second = evaluate(roots, {"mu": 20.0, "c": 2.0}, {"": {"x": 20.0 + 2.0 * ts}})
    with mp.workdps(30):
        for i, t in enumerate(ts):
            step = mp.mpf(10) ** -4
            values = [mp.log(_transform(mp.mpf(float(t)) + k * step, 1)) for k in (-2, -1, 0, 1, 2)]
            slope = (values[0] - 8 * values[1] + 8 * values[3] - values[4]) / (12 * step)
            bend = (-values[0] + 16 * values[1] - 30 * values[2] + 16 * values[3] - values[4]) / (
                12 * step**2
            )
            assert first[i] == pytest.approx(float(slope) / 2, rel=1e-11)
            assert second[i] == pytest.approx(float(bend) / 4, rel=1e-10)


def test_landmarks_of_koelbig_and_schorr() -> None:
    x = Observable("x", -1e4, 1e6)
    unit = Landau(x, 0.0, 1.0)
    slope = derivatives(unit.log_shape(), [x.node]).gradient[0]
    shape, slopes = evaluate([unit.shape(), slope], {}, {"": {"x": np.array([-0.22278298])}})
    assert slopes == pytest.approx(0.0, abs=1e-8)
    assert shape == pytest.approx(0.1806556338, rel=1e-9)
    grid = np.linspace(-2.0, 3.0, 500_001)
    above = grid[evaluate([unit.shape()], {}, {"": {"x": grid}})[0] > 0.5 * 0.1806556338]
    assert above[-1] - above[0] == pytest.approx(4.018645, abs=3e-5)


def test_far_left_it_is_zero_and_its_logarithm_finite() -> None:
    values = {"mu": 90.0, "c": 0.01}
    roots = [
        DENSITY.shape(),
        DENSITY.log_density(),
        *derivatives(DENSITY.log_density(), [param(MU)]).gradient,
    ]
    shape, *others = evaluate(roots, values, {"": {"x": np.array([1.0])}})
    assert shape == 0.0
    assert np.all(np.isfinite(others))


def test_a_scale_must_be_positive() -> None:
    with pytest.raises(ModelError, match="landau: scale is 0 at the start; it must be > 0"):
        Landau(X, 20.0, 0.0)
