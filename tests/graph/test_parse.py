"""Tests of morefit_py.graph.parse."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morefit_py.errors import ExpressionError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.parse import names_in, parse
from morefit_py.graph.symbols import Observable, Parameter

X = np.array([-1.5, -0.3, 0.0, 0.4, 2.5])
Y = np.array([0.7, -2.0, 1.0, 0.4, 3.0])
NAMES = {
    "x": Observable("x", -5.0, 5.0),
    "y": Observable("y", -5.0, 5.0),
    "mu": Parameter("mu", 1.5),
    "lambda": Parameter("lambda", -0.5),
    "a.b_1": Parameter("a.b_1", 0.25),
}
VALUES = {"mu": 1.5, "lambda": -0.5, "a.b_1": 0.25}


def value(text: str) -> np.ndarray:
    found = evaluate([parse(text, NAMES)], VALUES, {"": {"x": X, "y": Y}})[0]
    return np.broadcast_to(np.asarray(found, dtype=np.float64), X.shape)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2*x - y/4", lambda x, y: 1 + 2 * x - y / 4),
        ("-x**2", lambda x, y: -(x**2)),
        ("2**-x", lambda x, y: 2**-x),
        ("2**x**2", lambda x, y: 2 ** (x**2)),
        ("(x - y) - (y - x)", lambda x, y: 2 * (x - y)),
        ("x - y - 1", lambda x, y: x - y - 1),
        ("12/4/3 + x", lambda x, y: 1 + x),
        ("+x", lambda x, y: x),
        ("- -x", lambda x, y: x),
        ("lambda*x + mu", lambda x, y: -0.5 * x + 1.5),
        ("x < y", lambda x, y: x < y),
        ("x <= y", lambda x, y: x <= y),
        ("x > y", lambda x, y: x > y),
        ("x >= y", lambda x, y: x >= y),
        ("x == y", lambda x, y: x == y),
        ("x != y", lambda x, y: x != y),
        ("-1 < x <= 0.4", lambda x, y: (x > -1) & (x <= 0.4)),
        ("x > 0 && y > 0", lambda x, y: (x > 0) & (y > 0)),
        ("x > 0 || y > 0 && x < -1", lambda x, y: (x > 0) | ((y > 0) & (x < -1))),
        ("(x > 0 or y > 0) and x < 1", lambda x, y: ((x > 0) | (y > 0)) & (x < 1)),
        ("!x", lambda x, y: x == 0),
        ("!(x > 0) && y > 0", lambda x, y: (x <= 0) & (y > 0)),
        ("not x > 0", lambda x, y: x <= 0),
        ("!x == 0", lambda x, y: (x == 0).astype(float) == 0),
        ("x && y", lambda x, y: (x != 0) & (y != 0)),
        ("(x > 0)*(y > 0)*2", lambda x, y: 2.0 * ((x > 0) & (y > 0))),
        ("(x > 0) - (y > 0)", lambda x, y: 1.0 * (x > 0) - 1.0 * (y > 0)),
        ("-(x > 0)", lambda x, y: -1.0 * (x > 0)),
        ("x\n  + y", lambda x, y: x + y),
        ("1 < 2", lambda x, y: np.ones_like(x)),
        ("x < y ? x : 2*y", lambda x, y: np.where(x < y, x, 2 * y)),
        ("x < 0 ? 1 : x < 1 ? y > 0 : 3", lambda x, y: np.where(x < 0, 1, np.where(x < 1, y > 0, 3))),
        ("true + 2*false + x", lambda x, y: 1 + x),
        ("TMath::Power(x, 2) + std::cos(y)", lambda x, y: x**2 + np.cos(y)),
        ("2*TMath::Pi()*fabs(x)", lambda x, y: 2 * np.pi * np.abs(x)),
        ("0x10*x", lambda x, y: 16 * x),
        ("a.b_1 + x", lambda x, y: 0.25 + x),
    ],
)
def test_meaning(text: str, expected: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> None:
    np.testing.assert_allclose(value(text), expected(X, Y), rtol=1e-14)


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("2*lamda", 3, "unknown name 'lamda'; did you mean 'lambda'"),
        ("1 + snh(x)", 5, "unknown function 'snh'; did you mean 'sinh'"),
        ("exp(x, 1)", 1, "exp takes 1 argument, not 2"),
        ("min(x)", 1, "min takes 2 or more arguments, not 1"),
        ("exp", 1, r"write exp\(...\)"),
        ("x(2)", 1, "unknown function 'x'"),
        ("2(x)", 2, "not arithmetic"),
        ("(x + 1", 1, "never closed"),
        ("x + 1)", 6, "unmatched"),
        ("x +", 4, "not arithmetic"),
        ("x y", 3, "not arithmetic"),
        ("x, y", 2, "not arithmetic"),
        ("exp(*x)", 5, "not arithmetic"),
        ("x is y", 3, "not arithmetic"),
        ("x in y", 3, "not arithmetic"),
        ("x if y else 1", 3, "where"),
        ("1 + 1/0", 5, "division by the constant zero"),
        ("1/(x - x)", 1, "division by the constant zero"),
        ("x + 9**9**9", 5, "not a finite real number"),
        ("log(-1)", 1, "not a finite real number"),
        ("1e308*1e308", 1, "not a finite real number"),
        ("-" * 5000 + "x", 201, "too deeply"),
        ("(" * 300 + "x" + ")" * 300, 201, "too deeply"),
        ("x + (y & 3)", 6, "columns of data only; write &&"),
        ("x | y", 1, r"columns of data only; write \|\|"),
        ("x % 2", 1, "columns of data only"),
        ("x << 2", 1, "columns of data only"),
        ("x[0]", 1, "columns of data only; elements of lists"),
        ("1 + Sum$(x)", 5, r"unknown function 'Sum\$'"),
        ("TMath::Sqr(x)", 1, "unknown function 'TMath::Sqr'; did you mean 'TMath::Sqrt'"),
        ("TMath::Pi(2)", 1, r"takes no argument; write TMath::Pi\(\)"),
        ("a.b + x", 1, "unknown name 'a.b'; did you mean 'a.b_1'"),
        ("(" * 13 + "x" + ")**64" * 13, 3, "too large"),
    ],
)
def test_refusal_points_and_says_why(text: str, column: int, message: str) -> None:
    with pytest.raises(ExpressionError, match=message) as caught:
        parse(text, NAMES)
    assert f"(column {column})" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "().__class__.__bases__[0]",
        "lambda: 0",
        "[x for x in (1, 2)]",
        "(x := 3)",
        "x.__class__",
        "exp(x=1)",
        "f'{x}'",
        "{1: 2}",
        "...",
        "None",
        "True",
        "yield x",
        "await x",
        "x @ y",
        "x; y",
        "import os",
        "x\\\ny",
        "x # y",
    ],
)
def test_anything_but_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text, NAMES)


def test_long_sums_are_read() -> None:
    np.testing.assert_allclose(value("+".join(["x"] * 4900)), 4900 * X, rtol=1e-12)


def test_names_in() -> None:
    assert names_in("pt > 5*pi && abs(eta) < 2.5 || lambda") == {"pt", "eta", "lambda", "pi"}
    assert names_in("exp(exp) + B.mass[0]") == {"exp", "B.mass"}
    with pytest.raises(ExpressionError):
        names_in("pt >")


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_parses_or_is_refused(text: str) -> None:
    read_or_refuse(text)


FRAGMENTS = ["x", "y", "mu", "exp", "log", "min", "where", "(", ")", ",", "+", "-", "*", "/", "**", "!", "&&",
             "||", "<", "==", "!=", "not", "and", "1", "0", "1e300", "64", " ", "^", "if", ".", "?", ":", "[",
             "]", "&", "%", "TMath::Abs", "pi"]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25))
def test_any_tokens_parse_or_are_refused(parts: list[str]) -> None:
    read_or_refuse(" ".join(parts))
    read_or_refuse("".join(parts))


def read_or_refuse(text: str) -> None:
    try:
        node = parse(text, NAMES)
    except ExpressionError:
        return
    evaluate([node], VALUES, {"": {"x": X, "y": Y}})


Pair = tuple[str, np.ndarray]


def _joined(symbol: str, meaning: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable[..., Pair]:
    return lambda a, b: (f"({a[0]} {symbol} {b[0]})", meaning(a[1], b[1]))


def _compound(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    operations = [
        _joined("+", np.add),
        _joined("-", np.subtract),
        _joined("*", np.multiply),
        _joined("/ 2 +", lambda a, b: a / 2 + b),
        lambda a, b: (f"(-{a[0]}**2 - tanh({b[0]}))", -(a[1] ** 2) - np.tanh(b[1])),
        lambda a, b: (f"where(-1 < x < y, {a[0]}, atan({b[0]}))", np.where(BETWEEN, a[1], np.arctan(b[1]))),
    ]
    return st.tuples(st.sampled_from(operations), inner, inner).map(lambda held: held[0](held[1], held[2]))


_whole = st.integers(0, 9).map(lambda n: (str(n), np.full(X.shape, float(n))))
# Conditions stand at the leaves only, where no rounding can turn them.
BETWEEN = (X > -1) & (X < Y)
LEAVES = [("x", X), ("y", Y), ("(x >= y)", 1.0 * (X >= Y)), ("(y && !x)", 1.0 * ((Y != 0) & (X == 0)))]


@settings(deadline=None)
@given(st.recursive(_whole | st.sampled_from(LEAVES), _compound, max_leaves=8))
def test_agrees_with_numpy(pair: Pair) -> None:
    text, expected = pair
    scale = max(1.0, float(np.max(np.abs(expected))))
    np.testing.assert_allclose(value(text), expected, rtol=1e-9, atol=1e-9 * scale)
