import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import beta

from morefit_py.errors import ModelError
from morefit_py.graph.build import as_node, cos, exp, log, param, select, sqrt
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node, leaves, walk
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import CrystalBall, DoubleCrystalBall, Gaussian
from morefit_py.pdfs.integration.quadrature import integrate, quadrature

X, Y, Z = Observable("x", 0.0, 1.0), Observable("y", -1.0, 1.0), Observable("z", 0.0, 2.0)
A = Parameter("a", 1.0, (0.5, 2.0))


def _value(node: Node, **values: float) -> float:
    return float(evaluate([node], values)[0])


@pytest.mark.parametrize(
    ("integrand", "exact"),
    [
        (as_node(X) ** 3, 0.25),
        (exp(-50.0 * X), (1 - np.exp(-50.0)) / 50.0),
        (sqrt(X), 2 / 3),
        (as_node(X) ** 0.1 * sqrt(1.0 - as_node(X)), beta(1.1, 1.5)),
        (-log(X), 1.0),
        (1.0 + cos(200.0 * X), 1.0 + np.sin(200.0) / 200.0),
        (as_node(3.0), 3.0),
    ],
)
def test_one_dimension(integrand: Node, exact: float) -> None:
    found = integrate("test", integrand, (X,))
    assert _value(found.value) == pytest.approx(exact, rel=2e-10)
    assert found.error <= 1e-10
    # Nothing depends on a parameter, so the sum is done.
    assert found.nodes == 0
    assert str(found).startswith("closed form (its constants by quadrature, error ")


@pytest.mark.parametrize(
    ("integrand", "exact"),
    [
        (exp(-50.0 * A * X), (1 - np.exp(-50.0)) / 50.0),
        (sqrt(A * X), 2 / 3),
        (as_node(X) ** (0.1 * A) * sqrt(1.0 - as_node(X)), beta(1.1, 1.5)),
        (-log(A * X), 1.0),
        (1.0 + cos(200.0 * A * X), 1.0 + np.sin(200.0) / 200.0),
    ],
)
def test_one_dimension_with_a_parameter(integrand: Node, exact: float) -> None:
    found = integrate("test", integrand, (X,))
    assert _value(found.value, a=1.0) == pytest.approx(exact, rel=2e-10)
    assert str(found).startswith(f"quadrature ({found.nodes} nodes, error ")


def test_a_rule_that_is_accurate_is_taken_even_if_large() -> None:
    found = integrate("test", exp(-(((X - A * Y) / 0.03) ** 2)), (X, Y))
    assert found.error <= 1e-10
    assert found.nodes > 2**16


def test_parameters_that_separate_leave_constants() -> None:
    found = integrate("test", (1.0 + A * cos(X)) * (2.0 - A * as_node(Y) ** 2), (X, Y))
    assert found.nodes == 0
    assert all(node.op is not Op.SUM for node in walk([found.value]))
    for a in (0.5, 2.0):
        exact = (1.0 + a * np.sin(1.0)) * (4.0 - a * 2.0 / 3.0)
        assert _value(found.value, a=a) == pytest.approx(exact, rel=1e-13)


def test_smooth_integrands_take_few_nodes() -> None:
    assert integrate("test", exp(A * X), (X,)).nodes == 16


@pytest.mark.parametrize("width", [1e-2, 1e-3, 3e-4])
@pytest.mark.parametrize("centre", [0.1234567, 0.5, 0.999])
def test_a_narrow_peak_is_not_missed(width: float, centre: float) -> None:
    peak = exp(-((X - as_node(centre)) ** 2) / (2.0 * width**2))
    exact = _value(Gaussian(X, centre, width).integral())
    assert _value(integrate("test", peak, (X,)).value) == pytest.approx(exact, rel=1e-9)


def test_peaks_that_move_are_resolved_wherever_the_limits_let_them() -> None:
    mu, sigma = Parameter("mu", 0.5, (0.2, 0.8)), Parameter("sigma", 0.05, (0.004, 0.2))
    density = Gaussian(X, mu, sigma)
    held = quadrature(density)
    for m in np.linspace(0.2, 0.8, 23):
        values = {"mu": float(m), "sigma": 0.004}
        assert _value(held.value, **values) == pytest.approx(_value(density.integral(), **values), rel=1e-9)


def test_constant_breaks_cut_the_panels() -> None:
    step = select(X < 0.3, 1.0, 2.0) * exp(A * X)
    found = integrate("test", step, (X,), breaks=[0.3])
    assert found.nodes == 32
    assert _value(found.value, a=1.0) == pytest.approx(2 * np.e - 1 - np.exp(0.3), rel=1e-14)


@pytest.mark.parametrize("mu", [5280.0, 4990.0, 6050.0, 5026.0])
def test_breaks_that_move_with_parameters(mu: float) -> None:
    mass = Observable("mass", 5000.0, 6000.0)
    centre = Parameter("mu", 5280.0, (4980.0, 6060.0))
    for density in (
        CrystalBall(mass, centre, 20.0, 1.3, 3.0),
        DoubleCrystalBall(mass, centre, 20.0, 1.3, 3.0, 1.8, 2.0),
    ):
        held = quadrature(density)
        assert _value(held.value, mu=mu) == pytest.approx(_value(density.integral(), mu=mu), rel=1e-9)
        slope = derivatives(held.value, [param(centre)]).gradient[0]
        closed = derivatives(density.integral(), [param(centre)]).gradient[0]
        assert _value(slope, mu=mu) == pytest.approx(_value(closed, mu=mu), rel=1e-7, abs=1e-8)


def test_two_and_three_dimensions() -> None:
    plane = integrate("test", exp(-A * X * (1.0 + as_node(Y) ** 2)), (X, Y))
    assert plane.nodes == 256
    exact = integrate("test", (1.0 - exp(-A * (1.0 + as_node(Y) ** 2))) / (A * (1.0 + as_node(Y) ** 2)), (Y,))
    for a in (0.5, 1.0, 2.0):
        assert _value(plane.value, a=a) == pytest.approx(_value(exact.value, a=a), rel=1e-10)
    volume = integrate("test", exp(X + Y) * as_node(Z) ** 2, (X, Y, Z))
    assert _value(volume.value) == pytest.approx((np.e - 1) * (np.e - 1 / np.e) * 8 / 3, rel=1e-10)


def test_four_dimensions_are_an_error() -> None:
    four = [Observable(name, 0.0, 1.0) for name in "abcd"]
    with pytest.raises(ModelError, match="test: no closed-form integral is known over its 4 observables"):
        integrate("test", as_node(four[0]), four)


def test_what_cannot_be_integrated_is_an_error_with_its_place() -> None:
    rate = Parameter("rate", 1.0, (1.0, 1e7))
    with pytest.raises(ModelError, match=r"test: its integral cannot be computed to 1e-10: .* at rate = "):
        integrate("test", 1.0 + cos(rate * X), (X,))


def test_it_is_one_sum_over_a_fixed_data_set() -> None:
    found = integrate("test", exp(-A * X), (X,))
    sums = [node for node in walk([found.value]) if node.op is Op.SUM]
    assert len(sums) == 1
    assert set(sums[0].axis.rows) == {"x", "_weight"}
    assert sums[0].axis.name.startswith("quadrature of test ")
    assert found.value.stage == Stage.CALL
    assert integrate("test", exp(-A * X), (X,)).value is found.value
    other = integrate("test", exp(-A * X), (Observable("x", 0.0, 2.0),))
    assert next(n for n in walk([other.value]) if n.op is Op.SUM).axis.name != sums[0].axis.name


def test_its_derivatives_are_those_of_the_sum() -> None:
    found = integrate("test", exp(-A * X), (X,))
    first = derivatives(found.value, leaves([found.value], Op.PARAM), order=2)
    gradient, hessian = evaluate([first.gradient[0], first.hessian[0, 0]], {"a": 2.0})
    assert gradient == pytest.approx(-(1 - 3 * np.exp(-2)) / 4, rel=1e-12)
    assert hessian == pytest.approx((2 - 10 * np.exp(-2)) / 8, rel=1e-12)


def test_what_differs_by_event_is_integrated_for_every_event() -> None:
    each = Observable("each", 0.5, 4.0)
    rate = Parameter("rate", 1.0, (0.5, 2.0))
    x = Observable("x", 0.0, 3.0)
    found = integrate("test", exp(-rate * each * x) * (1.0 + sqrt(x)), (x,))
    assert found.error < 1e-10
    rows = np.array([0.5, 1.7, 4.0])
    values = evaluate([found.value], {"rate": 1.3}, {"": {"each": rows}})[0]
    # With x = t^2 the integrand is smooth.
    exact = [quad(lambda t, e=e: np.exp(-1.3 * e * t**2) * (1 + t) * 2 * t, 0, 3**0.5)[0] for e in rows]
    np.testing.assert_allclose(values, exact, rtol=1e-9)
