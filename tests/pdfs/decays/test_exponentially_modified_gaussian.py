import mpmath as mp
import numpy as np
import pytest
from scipy.stats import exponnorm

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import ExponentiallyModifiedGaussian, Gaussian

X = Observable("x", -5.0, 10.0)
NAMES = ("mu", "sigma", "tau")
START = (0.3, 0.5, 1.0)
DENSITY = ExponentiallyModifiedGaussian(X, *(Parameter(n, v) for n, v in zip(NAMES, START, strict=True)))
ROWS = np.array([-5.0, -2.0, 0.0, 0.3, 0.8, 1.5, 3.0, 10.0])


def _log_value(x: mp.mpf, mu: mp.mpf, sigma: mp.mpf, tau: mp.mpf) -> mp.mpf:
    """The textbook form, on the whole line; it needs twice the digits of its exponents."""
    u, k = (x - mu) / sigma * mp.sign(tau), sigma / abs(tau)
    return k * k / 2 - k * u + mp.log(mp.erfc((k - u) / mp.sqrt(2)) / (2 * abs(tau)))


def _log_density(x: float, mu: mp.mpf, sigma: mp.mpf, tau: mp.mpf) -> mp.mpf:
    # Below or above the peak, whichever is small where the range is.
    sign = 1 if mu > 2.5 else -1

    def content(end: float) -> mp.mpf:
        return sign * mp.ncdf(sign * (end - mu) / sigma) - tau * mp.exp(_log_value(end, mu, sigma, tau))

    return _log_value(mp.mpf(x), mu, sigma, tau) - mp.log(content(10.0) - content(-5.0))


def _found(values: tuple[float, ...], rows: np.ndarray = ROWS) -> np.ndarray:
    held = dict(zip(NAMES, values, strict=True))
    return np.asarray(evaluate([DENSITY.log_density()], held, {"": {"x": rows}})[0])


@pytest.mark.parametrize("tau", [0.4, 3.0])
def test_agrees_with_scipy(tau: float) -> None:
    scaled = exponnorm(tau / 0.5, loc=0.3, scale=0.5)
    expected = scaled.logpdf(ROWS[1:]) - np.log(scaled.cdf(10.0) - scaled.cdf(-5.0))
    np.testing.assert_allclose(_found((0.3, 0.5, tau), ROWS[1:]), expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("values", "digits"),
    [
        ((0.3, 0.5, 1.0), 60),
        ((0.3, 0.5, -1.0), 60),
        ((0.3, 1e-3, 1.0), 60),
        ((0.3, 1e-9, 1.0), 60),
        ((0.3, 0.5, 0.09), 60),
        ((0.3, 0.5, 0.05), 120),
        ((0.3, 0.5, 0.0446), 120),
        ((0.3, 0.5, 1e-2), 60),
        ((0.3, 0.5, -1e-2), 60),
        ((0.3, 0.5, 1e3), 60),
        ((0.3, 0.5, -1e4), 60),
        ((-7.0, 0.2, 1.0), 200),
        ((-30.0, 0.5, 0.1), 60),
        ((30.0, 0.5, 0.3), 60),
        ((14.0, 0.5, 5.0), 120),
        ((14.0, 0.5, 0.05), 200),
        ((30.0, 0.5, -1.0), 60),
    ],
)
def test_log_density_holds_wherever_the_peak_is(values: tuple[float, ...], digits: int) -> None:
    with mp.workdps(digits):
        exact = [float(_log_density(x, *map(mp.mpf, values))) for x in ROWS]
    np.testing.assert_allclose(_found(values), exact, rtol=1e-12, atol=1e-12)


def test_normalisation_by_quadrature() -> None:
    with mp.workdps(30):
        mu, sigma, tau = map(mp.mpf, START)
        whole = mp.quad(lambda x: mp.exp(_log_value(x, mu, sigma, tau)), [-5, 0, 1, 10])
        exact = float(_log_value(mp.mpf("0.8"), mu, sigma, tau) - mp.log(whole))
    assert _found(START)[4] == pytest.approx(exact, rel=1e-13)


@pytest.mark.parametrize(
    ("values", "first", "second"),
    [
        ((0.3, 0.5, 1.0), 1e-12, 1e-10),
        ((0.3, 0.5, -1.0), 1e-12, 1e-10),
        ((0.3, 0.5, 0.05), 1e-11, 1e-8),
        ((0.3, 0.5, 0.04), 1e-12, 1e-10),
        ((0.3, 0.5, 100.0), 1e-12, 1e-10),
    ],
)
def test_derivatives_in_many_digits(values: tuple[float, ...], first: float, second: float) -> None:
    found = derivatives(DENSITY.log_density(), [param(p) for p in DENSITY.parameters], order=2)
    held, columns = dict(zip(NAMES, values, strict=True)), {"": {"x": ROWS}}
    gradient = np.array([np.broadcast_to(g, ROWS.shape) for g in evaluate(found.gradient, held, columns)])
    hessian = dict(zip(found.hessian, evaluate(found.hessian.values(), held, columns), strict=True))
    with mp.workdps(60):
        point = tuple(map(mp.mpf, values))
        for row in (0, 4, 6):

            def f(*at: mp.mpf, x: float = float(ROWS[row])) -> mp.mpf:
                return _log_density(x, *at)

            for i in range(3):
                exact = float(mp.diff(f, point, tuple(int(k == i) for k in range(3))))
                assert gradient[i, row] == pytest.approx(exact, rel=first, abs=first)
            for (i, j), value in hessian.items():
                exact = float(mp.diff(f, point, tuple(int(k == i) + int(k == j) for k in range(3))))
                assert np.broadcast_to(value, ROWS.shape)[row] == pytest.approx(exact, rel=second, abs=second)


@pytest.mark.parametrize("tau", [0.0, 1e-300, -1e-300, 1e-30, 1e-12, -1e-12])
def test_without_a_tail_it_is_the_gaussian(tau: float) -> None:
    plain = evaluate([Gaussian(X, 0.3, 0.5).log_density()], {}, {"": {"x": ROWS}})[0]
    np.testing.assert_allclose(_found((0.3, 0.5, tau)), plain, rtol=1e-11)
    found = derivatives(DENSITY.log_density(), [param(DENSITY.parameters[2])], order=2)
    at = {"mu": 0.3, "sigma": 0.5, "tau": tau}
    slope, bend = evaluate([found.gradient[0], found.hessian[0, 0]], at, {"": {"x": ROWS}})
    # exp(mu s + sigma^2 s^2/2)/(1 - tau s): to second order a shift by tau and a widening by tau^2.
    u, tail = (ROWS - 0.3) / 0.5, np.exp(-((9.7 / 0.5) ** 2) / 2)
    np.testing.assert_allclose(slope, u / 0.5, rtol=1e-9, atol=1e-9 + tail)
    np.testing.assert_allclose(bend, (u**2 - 2) / 0.25, rtol=1e-9)


def test_a_mirrored_tail_is_a_mirrored_density() -> None:
    x = Observable("x", -10.0, 5.0)
    mirrored = ExponentiallyModifiedGaussian(x, -0.3, 0.5, -2.0)
    found = evaluate([mirrored.log_density()], {}, {"": {"x": -ROWS}})[0]
    np.testing.assert_allclose(found, _found((0.3, 0.5, 2.0)), rtol=1e-13)


def test_a_width_must_be_positive() -> None:
    with pytest.raises(ModelError, match="emg: sigma is 0 at the start; it must be > 0"):
        ExponentiallyModifiedGaussian(X, 0.0, 0.0, 1.0)
