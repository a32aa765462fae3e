import numpy as np
import pytest

from morefit_py.errors import ExpressionError, ModelError
from morefit_py.graph import sympy_bridge
from morefit_py.graph.build import Node, as_node, exp, param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import Formula
from morefit_py.pdfs.composition import formula

X, Y = Observable("x", 0.0, 2.0), Observable("y", -1.0, 1.0)
A = Parameter("a", 1.5, (0.5, 3.0))


def _integral(density: Formula, **values: float) -> float:
    return float(evaluate([density.integral()], values)[0])


def test_of_a_text() -> None:
    density = Formula.parse("exp(-x/tau) * (1 + x**2)", {"x": X, "tau": A})
    assert density.observables == (X,)
    assert density.parameters == (A,)
    x = np.linspace(0.0, 2.0, 20_001)
    for tau in (0.5, 1.5, 3.0):
        shape = np.exp(-x / tau) * (1 + x**2)
        expected = np.trapezoid(shape, x)
        assert _integral(density, a=tau) == pytest.approx(expected, rel=1e-6)
        value = evaluate([density.log_density()], {"a": tau}, {"": {"x": x}})[0]
        np.testing.assert_allclose(value, np.log(shape / expected), atol=1e-6)


def test_a_condition_counts_as_one_or_zero() -> None:
    density = Formula.parse("x > a", {"x": X, "a": A})
    assert _integral(density, a=1.25) == pytest.approx(0.75, rel=1e-12)


def test_text_that_is_no_arithmetic() -> None:
    with pytest.raises(ExpressionError):
        Formula.parse("__import__('os')", {"x": X})
    with pytest.raises(ModelError, match=r"is no expression; a text is for Formula\.parse"):
        Formula("x + 1")  # type: ignore[arg-type]


def test_closed_forms_are_used_when_they_agree() -> None:
    density = Formula(exp(-A * X))
    assert density.normalisation == "closed form"
    assert _integral(density, a=2.0) == pytest.approx((1.0 - np.exp(-4.0)) / 2.0, rel=1e-14)


def test_parameters_that_separate_need_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(sympy_bridge, "integrate")
    density = Formula(1.0 + A * as_node(X) ** 2)
    assert density.normalisation.startswith("closed form (its constants by quadrature, error ")
    assert _integral(density, a=2.0) == pytest.approx(2.0 + 2.0 * 8.0 / 3.0, rel=1e-14)


@pytest.mark.parametrize("wrong", [as_node(3.0), as_node(A), 1.0 / (A - 1.0), as_node(np.inf)])
def test_closed_forms_that_disagree_somewhere_are_not(wrong: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formula, "_closed_form", lambda *_: wrong)
    density = Formula(exp(-A * X))
    assert density.normalisation.startswith("quadrature (")
    assert _integral(density, a=2.0) == pytest.approx((1.0 - np.exp(-4.0)) / 2.0, rel=1e-10)


def test_a_closed_form_that_fails_at_zero_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    slope = Parameter("slope", 0.7, (-2.0, 2.0))
    closed = (exp(2.0 * as_node(slope)) - 1.0) / slope
    monkeypatch.setattr(formula, "_closed_form", lambda *_: closed)
    density = Formula(exp(slope * X))
    assert density.normalisation.startswith("quadrature")
    gradient = derivatives(density.integral(), [param(slope)]).gradient
    assert evaluate(gradient, {"slope": 0.0}) == [pytest.approx(2.0)]
    free = Parameter("free", 0.7)
    closed = (exp(2.0 * as_node(free)) - 1.0) / free
    assert Formula(exp(free * X)).normalisation.startswith("quadrature")


def test_kinks_are_found() -> None:
    density = Formula(2.0 - abs(X - as_node(A)))
    assert density.normalisation.startswith("quadrature (")
    assert density.quadrature.nodes <= 64
    for a in (0.5, 1.1, 2.0, 3.0):
        x = np.linspace(0.0, 2.0, 200_001)
        assert _integral(density, a=a) == pytest.approx(np.trapezoid(2.0 - abs(x - a), x), rel=1e-8)


def test_more_observables() -> None:
    plane = Formula(exp(-A * X) * (1.0 + as_node(Y) ** 2))
    assert {x.name for x in plane.observables} == {"x", "y"}
    assert plane.normalisation.startswith("quadrature")
    assert _integral(plane, a=1.5) == pytest.approx((1 - np.exp(-3.0)) / 1.5 * 8 / 3, rel=1e-10)
    flat = Formula(as_node(A) * X, variables=(X, Y))
    assert _integral(flat, a=1.5) == pytest.approx(6.0, rel=1e-12)


def test_its_observables() -> None:
    with pytest.raises(ModelError, match="formula: a contains no observable"):
        Formula(as_node(A))
    with pytest.raises(ModelError, match="the observable 'y' is not among its variables"):
        Formula(X + Y, variables=(X,))
