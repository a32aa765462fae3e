import mpmath as mp
import numpy as np
import pytest
from scipy.stats import crystalball

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import CrystalBall

from ..reference import DIGITS, log_crystal_ball

X = Observable("mass", 5000.0, 6000.0)
NAMES = ("mu", "sigma", "alpha", "n")
PARAMETERS = tuple(
    Parameter(name, value) for name, value in zip(NAMES, (5280.0, 20.0, 1.3, 3.0), strict=True)
)
DENSITY = CrystalBall(X, *PARAMETERS)
ROWS = np.array([5000.5, 5253.9, 5270.0, 5400.0, 5999.0])


def test_agrees_with_scipy() -> None:
    value = evaluate([DENSITY.density()], {p.name: p.init for p in PARAMETERS}, {"": {"mass": ROWS}})[0]
    scaled = crystalball(1.3, 3.0, loc=5280.0, scale=20.0)
    expected = scaled.pdf(ROWS) / (scaled.cdf(6000.0) - scaled.cdf(5000.0))
    np.testing.assert_allclose(value, expected, rtol=1e-10)


@pytest.mark.parametrize(
    "values",
    [
        (5280, 20, 1.3, 3),
        (5280, 20, 1.3, 1 + 1e-9),
        (5280, 20, 1.3, 1e4),
        (5280, 20, 1.3, 1e6),
        (4000, 20, 1.3, 3),
        (9000, 20, 1.3, 300),
        (9000, 20, 1.3, 1e4),
        (5280, 1, 0.01, 1.5),
        (5280, 20, 8, 3),
        (5280, 5000, 1, 3),
        (5030, 20, 1.49999, 3),
        (5030, 20, 1.5, 3),
        (6030, 20, 1.5, 3),
    ],
)
def test_log_density_holds_wherever_the_peak_is(values: tuple[float, ...]) -> None:
    found = evaluate([DENSITY.log_density()], dict(zip(NAMES, values, strict=True)), {"": {"mass": ROWS}})[0]
    exact = [float(log_crystal_ball(x, 5000, 6000, *map(mp.mpf, values))) for x in ROWS]
    np.testing.assert_allclose(found, exact, rtol=1e-12, atol=1e-16 * max(1e4, 10 * values[3]))


@pytest.mark.parametrize("values", [(5280, 20, 1.3, 3), (5280, 20, 1.3, 1 + 1e-9), (9000, 20, 1.3, 300)])
def test_derivatives_in_many_digits(values: tuple[float, ...]) -> None:
    found = derivatives(DENSITY.log_density(), [param(p) for p in PARAMETERS], order=2)
    names, columns = dict(zip(NAMES, values, strict=True)), {"": {"mass": ROWS[:3]}}
    gradient = evaluate(found.gradient, names, columns)
    hessian = dict(zip(found.hessian, evaluate(found.hessian.values(), names, columns), strict=True))
    point = tuple(mp.mpf(value) for value in values)
    with mp.workdps(DIGITS):
        for row, x in enumerate(ROWS[:3]):

            def f(*at: mp.mpf, x: float = x) -> mp.mpf:
                return log_crystal_ball(x, 5000, 6000, *at)

            for i in range(4):
                order = tuple(int(k == i) for k in range(4))
                exact = float(mp.diff(f, point, order))
                assert np.broadcast_to(gradient[i], 3)[row] == pytest.approx(exact, rel=1e-9, abs=1e-13)
            for (i, j), value in hessian.items():
                order = tuple(int(k == i) + int(k == j) for k in range(4))
                exact = float(mp.diff(f, point, order))
                assert np.broadcast_to(value, 3)[row] == pytest.approx(exact, rel=1e-7, abs=1e-13)


@pytest.mark.parametrize(("name", "value"), [("sigma", 0.0), ("alpha", -1.0), ("alpha", 0.0), ("n", 1.0)])
def test_outside_its_domain(name: str, value: float) -> None:
    values = {"mu": 5280.0, "sigma": 20.0, "alpha": 1.3, "n": 3.0, name: value}
    with pytest.raises(ModelError, match=f"crystal_ball: {name} is {value:g} at the start; it must be >"):
        CrystalBall(X, **values)


def test_a_limit_outside_its_domain() -> None:
    with pytest.raises(
        ModelError, match=r"lower limit 0\.5 of parameter 'n' .* must be > 1; raise the limit"
    ):
        CrystalBall(X, 5280.0, 20.0, 1.3, Parameter("n", 3.0, (0.5, 10.0)))
