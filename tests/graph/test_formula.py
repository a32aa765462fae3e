"""Formulas for people: right precedence, and never too long."""

from __future__ import annotations

import pytest
from hypothesis import given

from morefit_py.graph.build import Node, exp, intern, ipow, log, polygamma, select, sin, sqrt, table, total
from morefit_py.graph.formula import formula
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.op import Op
from morefit_py.graph.parse import parse
from morefit_py.graph.symbols import Axis, Observable, Parameter
from tests.exact import exact
from tests.strategies import OBSERVABLES, PARAMETERS, SMOOTH, WITH_ROWS, Example, expressions, property_test

x = Observable("x", 0.0, 1.0)
p, q = Parameter("p", 1.0), Parameter("q", 1.0)


def _times(*args: Node) -> Node:
    return intern(Op.MUL, args)


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (x / p, "x/p"),
        (1.0 / p, "1/p"),
        (3.0 / (p * x) ** 2, "3/p^2/x^2"),
        (2.0 - 3.0 * x, "2 - 3*x"),
        (x - p, "x - p"),
        (-p - q, "-q - p"),
        (-(p + x), "-(p + x)"),
        (intern(Op.ADD, (p.node, _times(-x, (p + q)))), "p - x*(q + p)"),
        (p**q, "p^q"),
        ((p + q) ** 2, "(q + p)^2"),
        (ipow(p**q, 3), "(p^q)^3"),
        (-2.0 * x, "-2*x"),
        (_times(x.node, intern(Op.CONST, (), -2.0)), "x*(-2)"),
        (exp(-x), "exp(-x)"),
        (log(p + 1.0), "log(1 + p)"),
        (x < p, "x < p"),
        ((x < p) & (q < p), "(x < p) and (q < p)"),
        (~(x < p), "not (x < p)"),
        (select(x < p, x, 2.0), "select(x < p, x, 2)"),
        (polygamma(2, p), "polygamma(2, p)"),
        (table((0.0, 1.0, 2.0), (3.0, 4.0), 2.0 * x), "table[2](2*x)"),
        (total(Axis("events"), sin(p * x)), "sum[events](sin(p*x))"),
        (_times(1.0 / p, sqrt(x)), "sqrt(x)/p"),
        (_times(p.node, x / q), "p/q*x"),
    ],
    ids=str,
)
def test_formulas(node: Node, text: str) -> None:
    assert formula(node) in (text, *_swapped(text))


def _swapped(text: str) -> list[str]:
    """The same with the operands of commutative operations, which keys order, the other way round."""
    swaps = [("q + p", "p + q"), ("-q - p", "-p - q"), ("p*x", "x*p"), ("/p^2/x^2", "/x^2/p^2")]
    swaps += [("(x < p) and (q < p)", "(q < p) and (x < p)"), ("p/q*x", "p*x/q")]
    return [text.replace(old, new) for old, new in swaps]


def test_names_stand_for_what_is_known() -> None:
    t = sin(p * x)
    assert formula(exp(t) / t, {t: "t"}) == "exp(t)/t"
    assert formula(t, {t: "t"}) == "sin(p*x)"
    inverse = 1.0 / p
    assert formula(x * inverse, {inverse: "w"}) in ("x*w", "w*x")


_READABLE = tuple(op for op in SMOOTH if op not in (Op.POLYGAMMA, Op.ERFCX, Op.LOG_EMG))


@property_test(150)
@given(expressions(max_leaves=8, operations=_READABLE))
def test_a_whole_formula_means_the_expression(example: Example) -> None:
    text = formula(example.node, limit=100_000)
    names = {symbol.name: symbol for symbol in (*PARAMETERS, *OBSERVABLES)}
    again = parse(text.replace("^", "**"), names)
    for point in example.points[:2]:
        (found, wanted), largest = exact([again, example.node], point)
        # Numbers are shown with six digits.
        assert abs(found - wanted) <= 1e-4 * largest**3


@property_test(60)
@given(expressions(max_leaves=30, operations=WITH_ROWS))
def test_a_formula_stays_within_its_limit(example: Example) -> None:
    for limit in (20, 60, 400):
        assert len(formula(example.raw, limit=limit)) <= limit


def test_a_long_formula_is_cut_in_its_depth() -> None:
    node = p.node
    for _ in range(5000):
        node = sin(node)
    assert formula(node, limit=40).startswith("sin(sin(sin(")
    assert "..." in formula(node, limit=40)


def test_a_formula_with_many_shared_parts_is_quick() -> None:
    node = p + x
    for _ in range(300):
        node = sin(node) + exp(node)
    assert len(formula(node)) <= 400
    assert len(evaluate([x + p], {"p": 1.0}, {"": {"x": [1.0]}})) == 1
