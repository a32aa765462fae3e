import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs.backgrounds.polynomial import Polynomial

X = Observable("x", -2.0, 3.0)
FAR = Observable("mass", 5279.0, 5281.0)


@pytest.mark.parametrize("order", [1, 2, 5])
def test_agrees_with_numpy(order: int) -> None:
    c = np.random.default_rng(order).uniform(0, 0.5, order) / 3.0 ** np.arange(order)
    density = Polynomial(X, tuple(Parameter(f"c{k}", value) for k, value in enumerate(c)))
    values = {f"c{k}": value for k, value in enumerate(c)}
    rows = np.linspace(-2.0, 3.0, 21)
    shape, integral = evaluate([density.shape(), density.integral()], values, {"": {"x": rows}})
    exact = np.polynomial.Polynomial([1.0, *c])
    np.testing.assert_allclose(shape, exact(rows), rtol=1e-12, atol=1e-14)
    whole = exact.integ()
    assert integral == pytest.approx(whole(3.0) - whole(-2.0), rel=1e-13)


def test_an_origin_moves_the_powers() -> None:
    rows = {"": {"x": np.array([-2.0, 0.5, 3.0])}}
    found = evaluate([Polynomial(X, (0.1, 0.2), origin=1.0).shape()], {}, rows)[0]
    np.testing.assert_allclose(found, [1 - 0.3 + 1.8, 1 - 0.05 + 0.05, 1 + 0.2 + 0.8], rtol=1e-14)


def test_far_from_zero() -> None:
    # 1e-6 + (x - 5280)^2 up to a factor: a minimum where each term is 3e13 times larger than the sum.
    c = [-2.0 / 5280.0, 5280.0**-2]
    density = Polynomial(FAR, tuple(Parameter(f"c{k}", value) for k, value in enumerate(c, start=1)))
    values = {"c1": c[0] * (1 - 1e-9), "c2": c[1]}
    rows = np.array([5279.0, 5279.9, 5280.0, 5280.4, 5281.0])
    with mp.workdps(40):
        c1, c2 = mp.mpf(values["c1"]), mp.mpf(values["c2"])
        exact = [float(1 + c1 * mp.mpf(x) + c2 * mp.mpf(x) ** 2) for x in rows]
        a, b = mp.mpf(5279), mp.mpf(5281)
        whole = float(2 + c1 * (b**2 - a**2) / 2 + c2 * (b**3 - a**3) / 3)
    shape, integral = evaluate([density.shape(), density.integral()], values, {"": {"mass": rows}})
    # The coefficients themselves are only known to a rounding, which is 2e-16 of terms of size one.
    np.testing.assert_allclose(shape, exact, atol=5e-16)
    assert integral == pytest.approx(whole, abs=1e-15)


def test_a_fit_with_its_origin_in_the_range_is_well_conditioned() -> None:
    c1, c2 = Parameter("c1", 0.1), Parameter("c2", 0.1)
    density = Polynomial(FAR, (c1, c2), origin=5280.0)
    rows = np.linspace(5279.0, 5281.0, 1001)
    found = derivatives(density.log_density(), [param(c1), param(c2)], order=2).hessian
    pairs = [(0, 0), (0, 1), (1, 1)]
    h11, h12, h22 = (
        float(np.sum(value))
        for value in evaluate([found[p] for p in pairs], {"c1": 0.1, "c2": 0.1}, {"": {"mass": rows}})
    )
    assert abs(h12) < 0.3 * np.sqrt(h11 * h22)


def test_an_origin_whose_powers_are_not_finite() -> None:
    with pytest.raises(ModelError, match=r"origin is 1e[+]200, so far from the bounds of 'x'"):
        Polynomial(X, (0.1, 0.2), origin=1e200)
