import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import Gaussian, Hypatia

X = Observable("mass", 5000.0, 6000.0)
NAMES = ("lambd", "zeta", "beta", "sigma", "mu", "a", "n", "a2", "n2")
VALUES = dict(zip(NAMES, (-3.0, 0.3, 0.001, 20.0, 5280.0, 2.0, 3.0, 3.0, 4.0), strict=True))
ROWS = np.array([5000.5, 5239.0, 5270.0, 5280.0, 5341.0, 5999.0])


def _core(d: mp.mpf, lambd: float, zeta: float, beta: float, sigma: float) -> mp.mpf:
    """The paper's eq. 6, or its limit as RooHypatia2 has it."""
    lambd, zeta, nu = mp.mpf(lambd), mp.mpf(zeta), mp.mpf(lambd) - mp.mpf(1) / 2
    if zeta == 0:
        return mp.exp(beta * d) * (1 + d**2 / mp.mpf(sigma) ** 2) ** nu
    square = zeta * mp.besselk(lambd, zeta) / mp.besselk(lambd + 1, zeta)
    r = mp.sqrt(d**2 + square * mp.mpf(sigma) ** 2)
    scale = mp.sqrt(square) * mp.mpf(sigma)
    return r**nu * mp.exp(beta * d) * mp.besselk(nu, zeta * r / scale)


@pytest.mark.parametrize("values", [{}, {"zeta": 1e-4}, {"lambd": 1.5, "beta": -0.004}, {"zeta": 0.0}])
def test_ratios_of_the_density_in_many_digits(values: dict[str, float]) -> None:
    held = VALUES | values
    density = Hypatia(X, **held)
    found = evaluate([density.log_shape()], {}, {"": {"mass": ROWS}})[0]
    core = [held[name] for name in NAMES[:4]]
    left, right = -held["a"] * held["sigma"], held["a2"] * held["sigma"]
    with mp.workdps(25):
        exact = []
        for x in ROWS:
            d = mp.mpf(float(x)) - mp.mpf(held["mu"])
            if left <= d <= right:
                exact.append(mp.log(_core(d, *core)))
                continue
            # A (B -+ d)^-n with value and slope of the core at the join.
            join, n, sign = (left, held["n"], 1) if d < left else (right, held["n2"], -1)
            value, slope = _core(mp.mpf(join), *core), mp.diff(lambda u: _core(u, *core), mp.mpf(join))
            offset = join + n * value / slope
            exact.append(mp.log(value) + n * mp.log((offset - join) / (offset - d)))
            assert sign * slope > 0
    np.testing.assert_allclose(found - found[3], [float(e - exact[3]) for e in exact], rtol=1e-10, atol=1e-10)


def test_sigma_is_the_standard_deviation_of_the_core() -> None:
    x = Observable("x", -500.0, 500.0)
    rows = np.linspace(-500.0, 500.0, 200_001)
    density = Hypatia(x, -1.0, 2.0, 0.0, 10.0, 0.0, 60.0, 2.0, 60.0, 2.0)
    weight = evaluate([density.density()], {}, {"": {"x": rows}})[0]
    assert np.sqrt(np.sum(weight * rows**2) / np.sum(weight)) == pytest.approx(10.0, rel=1e-6)


def test_for_large_zeta_the_core_is_a_gaussian() -> None:
    rows = np.linspace(5220.0, 5340.0, 7)
    pair = Hypatia(X, -1.0, 1e6, 0.0, 20.0, 5280.0, 10.0, 2.0, 10.0, 2.0), Gaussian(X, 5280.0, 20.0)
    found = evaluate([density.log_density() for density in pair], {}, {"": {"mass": rows}})
    np.testing.assert_allclose(found[0], found[1], rtol=1e-5)


def test_the_limit_of_zeta_is_reached() -> None:
    # There RooHypatia2 measures in the core's own unit, elsewhere in its standard deviation.
    unit = 20.0 * np.sqrt(2.0 * (3.0 - 1.0))
    limit = Hypatia(X, **(VALUES | {"zeta": 0.0, "sigma": unit, "a": 40.0 / unit, "a2": 60.0 / unit}))
    close = Hypatia(X, **(VALUES | {"zeta": 1e-4}))
    found = evaluate([density.log_density() for density in (limit, close)], {}, {"": {"mass": ROWS}})
    np.testing.assert_allclose(found[0], found[1], rtol=1e-7)


def test_room_is_where_the_core_falls_at_both_joins() -> None:
    assert evaluate([Hypatia(X, **VALUES).room()], {})[0] > 0
    assert evaluate([Hypatia(X, **(VALUES | {"beta": 0.2})).room()], {})[0] < 0
    assert evaluate([Hypatia(X, **(VALUES | {"beta": -0.2})).room()], {})[0] < 0


@pytest.mark.parametrize("name", ["sigma", "a", "n", "a2", "n2"])
def test_outside_its_domain(name: str) -> None:
    with pytest.raises(ModelError, match=f"hypatia: {name} is 0 at the start; it must be > 0"):
        Hypatia(X, **(VALUES | {name: 0.0}))


def test_zeta_does_not_reach_zero() -> None:
    for zeta in (Parameter("zeta", 0.1, (0.0, 1.0)), Parameter("zeta", 0.0)):
        with pytest.raises(ModelError, match="zeta reaches 0, where the core has another form"):
            Hypatia(X, **(VALUES | {"zeta": zeta}))
    with pytest.raises(ModelError, match="zeta is -1 at the start; it must be >= 0"):
        Hypatia(X, **(VALUES | {"zeta": -1.0}))


def test_without_zeta_lambda_is_negative() -> None:
    with pytest.raises(ModelError, match="lambd is not negative at the start, which zeta = 0 asks for"):
        Hypatia(X, **(VALUES | {"zeta": 0.0, "lambd": 0.5}))
