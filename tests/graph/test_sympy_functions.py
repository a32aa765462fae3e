"""Every SymPy function that is known means what SymPy means by it."""

from __future__ import annotations

import mpmath as mp
import pytest
import sympy as sp
from sympy.logic.boolalg import Boolean

from morefit_py.errors import ExpressionError
from morefit_py.graph.build import FALSE, TRUE
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.graph.sympy_bridge import from_sympy
from morefit_py.graph.sympy_functions import CONSTANTS, FUNCTIONS
from tests.exact import faddeeva

a, b = Parameter("a", 1.0), Parameter("b", 1.0)
A, B = sp.Symbol("a", real=True), sp.Symbol("b", real=True)
NAMES = {"a": a, "b": b}

# An example of every function, and where its value is compared with SymPy's.
EXAMPLES = {
    "Add": (A + B + 2, (0.3, 1.7)),
    "Mul": (3 * A * B, (0.3, -1.7)),
    "Pow": (A**B, (0.3, 1.7)),
    "exp": (sp.exp(A), (0.3,)),
    "log": (sp.log(A), (0.3,)),
    "sin": (sp.sin(A), (0.3,)),
    "cos": (sp.cos(A), (0.3,)),
    "tan": (sp.tan(A), (0.3,)),
    "cot": (sp.cot(A), (0.3,)),
    "sec": (sp.sec(A), (0.3,)),
    "csc": (sp.csc(A), (0.3,)),
    "asin": (sp.asin(A), (0.3,)),
    "acos": (sp.acos(A), (0.3,)),
    "atan": (sp.atan(A), (0.3,)),
    "acot": (sp.acot(A), (-0.3,)),
    "asec": (sp.asec(A), (1.3,)),
    "acsc": (sp.acsc(A), (-1.3,)),
    "atan2": (sp.atan2(A, B), (0.3, -1.7)),
    "sinc": (sp.sinc(A), (0.3,)),
    "sinh": (sp.sinh(A), (0.3,)),
    "cosh": (sp.cosh(A), (0.3,)),
    "tanh": (sp.tanh(A), (0.3,)),
    "coth": (sp.coth(A), (0.3,)),
    "sech": (sp.sech(A), (0.3,)),
    "csch": (sp.csch(A), (0.3,)),
    "asinh": (sp.asinh(A), (-0.3,)),
    "acosh": (sp.acosh(A), (1.3,)),
    "atanh": (sp.atanh(A), (0.3,)),
    "acoth": (sp.acoth(A), (1.3,)),
    "asech": (sp.asech(A), (0.3,)),
    "acsch": (sp.acsch(A), (-0.3,)),
    "erf": (sp.erf(A), (0.3,)),
    "erfc": (sp.erfc(A), (0.3,)),
    "erf2": (sp.erf2(A, B), (0.3, 1.7)),
    "gamma": (sp.gamma(A), (-0.3,)),
    "loggamma": (sp.loggamma(A), (0.3,)),
    "factorial": (sp.factorial(A), (0.3,)),
    "beta": (sp.beta(A, B), (0.3, 1.7)),
    "digamma": (sp.Function("digamma")(A), (0.3,)),
    "trigamma": (sp.Function("trigamma")(A), (0.3,)),
    "polygamma": (sp.polygamma(2, A), (0.3,)),
    "faddeeva_real": (sp.Function("faddeeva_real")(A, B), (0.3, 1.7)),
    "faddeeva_imag": (sp.Function("faddeeva_imag")(A, B), (0.3, -1.7)),
    "Abs": (sp.Abs(A), (-0.3,)),
    "sign": (sp.sign(A), (-0.3,)),
    "floor": (sp.floor(A), (-0.3,)),
    "ceiling": (sp.ceiling(A), (-0.3,)),
    "Heaviside": (sp.Heaviside(A), (0.0,)),
    "Min": (sp.Min(A, B, 1), (0.3, 1.7)),
    "Max": (sp.Max(A, B, 1), (0.3, 1.7)),
    "Piecewise": (sp.Piecewise((A, A < 1), (B, A < 2), (3, True)), (1.3, 1.7)),
    "ITE": (sp.Piecewise((A, sp.ITE(A > 1, B > 1, B > 2, evaluate=False)), (B, True)), (0.3, 1.7)),
    "StrictLessThan": (A < B, (0.3, 1.7)),
    "LessThan": (A <= B, (0.3, 0.3)),
    "StrictGreaterThan": (A > B, (0.3, 1.7)),
    "GreaterThan": (A >= B, (0.3, 1.7)),
    "Equality": (sp.Eq(A, B), (0.3, 0.3)),
    "Unequality": (sp.Ne(A, B), (0.3, 0.3)),
    "And": ((A < B) & (A > 0), (0.3, 1.7)),
    "Or": ((A > B) | (A > 0), (0.3, 1.7)),
    "Xor": (sp.Xor(A < B, A > 0), (0.3, 1.7)),
    "Not": (~sp.Eq(A, B, evaluate=False), (0.3, 1.7)),
    "UnevaluatedExpr": (sp.UnevaluatedExpr(A), (0.3,)),
}
_BY_MPMATH = {
    "digamma": mp.digamma,
    "trigamma": lambda x: mp.polygamma(1, x),
    "erf2": lambda x, y: mp.erf(y) - mp.erf(x),
    "faddeeva_real": lambda x, y: faddeeva(x, y)[0].real,
    "faddeeva_imag": lambda x, y: faddeeva(x, y)[0].imag,
}


def test_every_function_is_tested() -> None:
    assert set(EXAMPLES) == set(FUNCTIONS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_value(name: str) -> None:
    expression, point = EXAMPLES[name]
    if name not in ("ITE", "Not"):  # which SymPy may write in other ways
        assert name in {type(part).__name__ for part in sp.preorder_traversal(expression)}
    values = dict(zip(("a", "b"), point, strict=False))
    (found,) = evaluate([from_sympy(expression, NAMES)], {"a": 0.0, "b": 0.0} | values)
    if name in _BY_MPMATH:
        wanted = _BY_MPMATH[name](*point)
    else:
        wanted = expression.subs({A: sp.Float(values["a"]), B: sp.Float(values.get("b", 0.0))}).doit()
    if isinstance(expression, Boolean):
        assert bool(found) is bool(wanted)
    else:
        assert float(found) == pytest.approx(float(wanted), rel=1e-14)


@pytest.mark.parametrize("name", CONSTANTS)
def test_constants(name: str) -> None:
    constant = getattr(sp, {"Pi": "pi", "Exp1": "E"}.get(name, name))
    assert type(constant).__name__ == name
    assert from_sympy(constant, {}).value == float(constant)


def test_logarithms_to_other_bases() -> None:
    (found,) = evaluate([FUNCTIONS["log"](a.node, b.node)], {"a": 8.0, "b": 2.0})
    assert float(found) == pytest.approx(3.0, rel=1e-15)


def test_a_piecewise_needs_its_last_branch() -> None:
    with pytest.raises(ExpressionError, match="last branch"):
        from_sympy(sp.Piecewise((A, A < 1), (B, A < 2)), NAMES)


@pytest.mark.parametrize("order", [B, sp.Rational(1, 2), sp.Integer(-1)], ids=str)
def test_the_order_of_a_polygamma_is_a_whole_number(order: sp.Expr) -> None:
    with pytest.raises(ExpressionError, match="whole number"):
        from_sympy(sp.polygamma(order, A, evaluate=False), NAMES)


@pytest.mark.parametrize("order", [B, sp.Rational(1, 2), sp.Integer(-1), sp.Integer(3)], ids=str)
def test_the_order_of_a_faddeeva_function_is_0_to_2(order: sp.Expr) -> None:
    with pytest.raises(ExpressionError, match="order"):
        from_sympy(sp.Function("faddeeva_imag")(A, B, order), NAMES)


def test_truth() -> None:
    assert from_sympy(sp.true, {}) is TRUE
    assert from_sympy(sp.false, {}) is FALSE
