"""SymPy expressions in, SymPy expressions and LaTeX out."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import sympy as sp
from hypothesis import given

from morefit_py.errors import ExpressionError
from morefit_py.graph.build import (
    Node,
    detach,
    digamma,
    equal,
    erfcx,
    exp,
    faddeeva_imag,
    faddeeva_real,
    ipow,
    less,
    log,
    mul,
    select,
    sin,
    sqrt,
    table,
    total,
)
from morefit_py.graph.op import LEAVES, Op
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.graph.sympy_bridge import _makers, definite_integral, from_sympy, latex, to_sympy
from tests.exact import exact
from tests.strategies import OBSERVABLES, PARAMETERS, Example, expressions, property_test

x = Observable("x", 0.0, 1.0)
a, b = Parameter("a", 1.0), Parameter("b", 1.0)
X, A, B = sp.Symbol("x"), sp.Symbol("a"), sp.Symbol("b")
NAMES = {"x": x, "a": a, "b": b}
ALL = {symbol.name: symbol for symbol in (*PARAMETERS, *OBSERVABLES)}


def test_sympy_is_loaded_only_where_it_is_needed() -> None:
    script = "import sys, morefit_py.graph.sympy_bridge; assert 'sympy' not in sys.modules"
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", script], check=True, cwd=root)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        (X**2 + 2 * A * X, ipow(x, 2) + 2.0 * a * x),
        (sp.exp(-(((X - A) / B) ** 2) / 2) / B, exp(-(((x - a) / b) ** 2) / 2.0) / b),
        (X / 3, mul(1.0 / 3.0, x)),
        (sp.Rational(2, 7) * X, mul(2.0 / 7.0, x)),
        (sp.Float("0.1") * X, mul(0.1, x)),
        (sp.sqrt(X) / sp.sqrt(A), sqrt(x) / sqrt(a)),
        (sp.log(X) + sp.pi, log(x) + sp.pi.evalf().__float__()),
        (sp.Piecewise((X, X < A), (A, True)), select(less(x, a), x, a)),
        (X < A, less(x, a)),
        (sp.Eq(X, A), equal(x, a)),
        (sp.Integer(2) ** 70 * X, mul(2.0**70, x)),
        (sp.exp(1), exp(1.0)),
    ],
    ids=str,
)
def test_expressions_come_in(expression: sp.Basic, wanted: Node) -> None:
    assert from_sympy(expression, NAMES) is wanted


def test_symbols_by_name_or_by_themselves() -> None:
    dummy = sp.Dummy("x")
    assert from_sympy(dummy + X, {dummy: a, "x": x}) is a + x
    assert from_sympy(sp.Symbol("x", positive=True), {"x": x}) is x.node
    assert from_sympy(X, {"x": 2.5}).value == 2.5
    assert from_sympy(X, {X: sin(x)}) is sin(x)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (sp.Symbol("mas") + X, "unknown symbol 'mas'; did you mean 'mass'?"),
        (sp.Function("Gaus")(X), "unknown function 'Gaus'"),
        (sp.Function("Sin")(X), "unknown function 'Sin'; did you mean 'sin'?"),
        (sp.besselj(1, X), "unknown function 'besselj'"),
        (sp.frac(X), "unknown function 'frac'"),
        (sp.Integral(X, X), "unknown function 'Integral'"),
        (sp.I * X, "not a finite real number"),
        (sp.oo * X, "not a finite real number"),
        (sp.zoo, "not a finite real number"),
        (sp.nan, "not a finite real number"),
        (sp.Integer(10) ** 400, "too large"),
        (sp.Rational(1, 3) * sp.Integer(10) ** 400, "too large"),
        (sp.Float("1e400"), "too large"),
        (sp.Matrix([[X]]), "SymPy"),
        (sp.Mul(X, sp.Pow(0, -1, evaluate=False), evaluate=False), "not a finite real number"),
        ("x + 1", "not a SymPy expression"),
        (1.5, "not a SymPy expression"),
        (None, "not a SymPy expression"),
    ],
    ids=str,
)
def test_what_has_no_meaning_here_is_refused(expression: object, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        from_sympy(expression, {"mass": x, "x": x})


@property_test(80)
@given(expressions(max_leaves=10))
def test_there_and_back(example: Example) -> None:
    again = from_sympy(to_sympy(example.node), ALL)
    for point in example.points[:2]:
        (found, wanted), largest = exact([again, example.node], point)
        assert abs(found - wanted) <= 1e-12 * largest**2


@property_test(40)
@given(expressions(max_leaves=8))
def test_sympy_means_the_same(example: Example) -> None:
    expression = to_sympy(example.node)
    point = example.points[0]
    values = {sp.Symbol(name, real=True): sp.Float(value, 40) for name, value in point.items()}
    (wanted,), largest = exact([example.node], point)
    assert abs(float(sp.N(expression.subs(values), 30)) - float(wanted)) <= 1e-11 * float(largest) ** 2


def test_every_operation_goes_out() -> None:
    assert set(_makers()) == set(Op) - LEAVES


@pytest.mark.parametrize(
    ("node", "wanted"),
    [
        (2.0 * a, 2 * sp.Symbol("a", real=True)),
        (0.5 * a, sp.Symbol("a", real=True) / 2),
        (detach(a), sp.Symbol("a", real=True)),
        (0.1 * a, sp.Float(0.1) * sp.Symbol("a", real=True)),
        (digamma(a), sp.polygamma(0, sp.Symbol("a", real=True))),
        (
            table((0.0, 1.0, 2.0, 3.0), (3.0, 4.0, 5.0), a),
            sp.Piecewise((3, sp.Symbol("a", real=True) < 1), (4, sp.Symbol("a", real=True) < 2), (5, True)),
        ),
    ],
    ids=str,
)
def test_expressions_go_out(node: Node, wanted: sp.Expr) -> None:
    assert to_sympy(node) == wanted


def test_a_sum_over_events_is_an_undefined_function() -> None:
    expression = to_sympy(total(Axis("b mass"), exp(a * x)))
    assert str(expression) == "sum_bmass(exp(a*x))"
    with pytest.raises(ExpressionError, match="unknown function"):
        from_sympy(expression, NAMES)


def test_a_long_table_is_refused() -> None:
    with pytest.raises(ExpressionError, match="65 bins"):
        to_sympy(table(range(66), range(65), x))


def test_one_name_for_two_things_is_refused() -> None:
    with pytest.raises(ExpressionError, match="rename"):
        to_sympy(Parameter("x", 1.0) * x)


def test_what_is_too_deep_for_sympy_is_refused() -> None:
    node = a.node
    for _ in range(20_000):
        node = sin(node)
    with pytest.raises(ExpressionError, match="deep"):
        latex(node)


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (exp(-a * x), r"e^{- a x}"),
        (sqrt(a) / b, r"\frac{\sqrt{a}}{b}"),
        (Parameter("mu", 1.0) + 1.0, r"\mu + 1"),
        (Parameter("n_sig", 1.0, latex=r"N_\mathrm{sig}") * 2.0, r"2 N_\mathrm{sig}"),
        (Parameter("n_sig", 1.0) * 2.0, r"2 n_{sig}"),
        (Observable("m", 0.0, 1.0, latex="m_B") ** 2, r"m_B^{2}"),
        (Parameter("B mass%", 1.0) * 2.0, r"2 \mathrm{B\ mass\%}"),
        (Parameter("a$b_c\\d", 1.0).node, r"\mathrm{a\$b\_c\backslash d}"),
        (erfcx(a), r"e^{a^{2}} \operatorname{erfc}{\left(a \right)}"),
        (less(x, a), "x < a"),
        (faddeeva_real(x - a, b + x), r"\operatorname{Re} w\left(- a + x + i \left(b + x\right)\right)"),
        (faddeeva_imag(x, b, 2), r"\operatorname{Im} w''\left(x + i b\right)"),
    ],
    ids=str,
)
def test_latex(node: Node, text: str) -> None:
    assert latex(node) == text


def test_latex_by_given_names() -> None:
    mean = Parameter("mu", 1.0, latex="m")
    assert latex(x - mean, {"mu": r"\bar{x}"}) == r"- \bar{x} + x"
    assert latex(x - mean) == r"- m + x"


@property_test(40)
@given(expressions(max_leaves=8))
def test_latex_has_its_braces_and_environments_in_pairs(example: Example) -> None:
    text = re.sub(r"\\[{}]", "", latex(example.node))
    depth = 0
    for letter in text:
        depth += {"{": 1, "}": -1}.get(letter, 0)
        assert depth >= 0
    assert depth == 0
    assert len(re.findall(r"\\left", text)) == len(re.findall(r"\\right", text))
    assert len(re.findall(r"\\begin\{", text)) == len(re.findall(r"\\end\{", text))
    assert "nan" not in text


def test_definite_integrals_without_a_limit() -> None:
    found = definite_integral(exp(-a * x), "x", 0.0, 2.0, {"a": 1}, {"a": a})
    assert found is not None
    (value, wanted), _ = exact([found, (1.0 - exp(-2.0 * a)) / a], {"a": 0.7})
    assert abs(value - wanted) < 1e-30
    step = definite_integral(table((0.0, 1.0, 4.0), (3.0, 5.0), x) * x, "x", 0.0, 2.0, {}, {})
    assert step is not None
    assert step.value == 1.5 + 7.5
    assert definite_integral(sin(exp(x * x)), "x", 0.0, 1.0, {}, {}) is None
