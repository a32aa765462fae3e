"""Tests of morefit_py.graph.syntax."""

import ast
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morefit_py.errors import ExpressionError
from morefit_py.graph.syntax import MAX_DEPTH, Part, parts, read


def shown(part: Part) -> str:
    """Every operation in parentheses."""
    if part.kind in ("name", "number"):
        return part.name or str(part.value)
    held = [shown(arg) for arg in part.args]
    return f"({part.kind}{part.name and ' ' + part.name} {' '.join(held)})"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Precedence and grouping of C (ISO 9899, 6.5), written out.
        ("a || b && c | d & e == f", None),
        ("a || b && c | d", "(|| a (&& b (| c d)))"),
        ("a | b & c << 1 + d * e", "(| a (& b (<< c (+ 1 (* d e)))))"),
        ("a - b - c", "(- (- a b) c)"),
        ("a / b * c % d", "(% (* (/ a b) c) d)"),
        ("!a == b", "(== (! a) b)"),
        ("-a * b", "(* (-x a) b)"),
        ("a ? b : c ? d : e", "(?: a b (?: c d e))"),
        ("a ? b ? c : d : e", "(?: a (?: b c d) e)"),
        ("a > 1 && b ? c : d", "(?: (&& (> a 1) b) c d)"),
        ("(a == b) & (c == d)", "(& (== a b) (== c d))"),
        # Powers and chains as in mathematics.
        ("a ** b ** c", "(** a (** b c))"),
        ("-a ** b", "(-x (** a b))"),
        ("a ** -b ** c", "(** a (-x (** b c)))"),
        ("a < b <= c", "(&& (< a b) (<= b c))"),
        ("not a > b and c", "(&& (! (> a b)) c)"),
        # Lists and calls.
        ("a[0][b + 1] * f(c, d)[2]", "(* ([] ([] a 0) (+ b 1)) ([] (call f c d) 2))"),
        ("f() + B.x", "(+ (call f ) B.x)"),
        ("0x1F + 007 + 2.5", "(+ (+ 31 7) 2.5)"),
    ],
)
def test_grouping(text: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(ExpressionError, match="& beside a comparison is ambiguous; write parentheses"):
            read(text)
    else:
        assert shown(read(text)) == expected


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("(a + 1", 1, r"'\(' was never closed"),
        ("a[1", 2, r"'\[' was never closed"),
        ("a[1)", 4, r"unmatched '\)'"),
        ("f(a", 2, "never closed"),
        ("a + 1)", 6, "unmatched"),
        ("a +", 4, "not arithmetic"),
        ("a[]", 3, r"unmatched '\]'"),
        ("f(a,)", 5, r"unmatched '\)'"),
        ("a b", 3, "not arithmetic"),
        ("a ? b", 3, "'?' needs its ':'"),
        ("a : b", 3, "not arithmetic"),
        ("a if b else c", 3, "where"),
        ("a < b == c", 7, "ambiguous; write parentheses"),
        ("a != b < c", 8, "ambiguous; write parentheses"),
        ("a == 1 | b", 8, "ambiguous; write parentheses"),
        ("a & b < c < d", 3, "ambiguous; write parentheses"),
        ("a * not b", 5, "not arithmetic"),
        ("2 + 1e999", 5, "too large"),
        ("(" * 300 + "a" + ")" * 300, MAX_DEPTH + 1, "too deeply"),
        ("-" * 5000 + "a", MAX_DEPTH + 1, "too deeply"),
    ],
)
def test_refusal_points_and_says_why(text: str, column: int, message: str) -> None:
    with pytest.raises(ExpressionError, match=message) as caught:
        read(text)
    assert f"(column {column})" in str(caught.value)


def test_depth_is_that_of_nesting_not_of_length() -> None:
    assert len(parts(read(" + ".join(["a"] * 2000)))) == 3999
    read("(" * 150 + "a" + ")" * 150)


def test_arguments_come_first_and_once() -> None:
    found = parts(read("a < b*b < c"))
    assert len(found) == len(set(found))
    for index, part in enumerate(found):
        assert all(arg in found[:index] for arg in part.args)


_LEAF = st.sampled_from(["a", "b", "2", "3.5"])
_JOINED = st.sampled_from(["+", "-", "*", "/", "**", "<", ">=", "and", "or"])


@settings(deadline=None, max_examples=200)
@given(
    st.recursive(
        _LEAF,
        lambda inner: (
            st.tuples(inner, _JOINED, inner).map(" ".join)
            | inner.map(lambda text: f"({text})")
            | inner.map(lambda text: f"f(-{text}, {text})")
        ),
        max_leaves=12,
    )
)
def test_groups_as_python_does(text: str) -> None:
    """Where both grammars have an expression, Python's own parser is the oracle."""
    assert shown(read(text)) == _python(ast.parse(text, mode="eval").body)


_SYMBOLS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.Lt: "<", ast.GtE: ">=",
}  # fmt: skip


def _python(node: ast.expr) -> str:
    match node:
        case ast.BinOp(left, operator, right):
            return f"({_SYMBOLS[type(operator)]} {_python(left)} {_python(right)})"
        case ast.UnaryOp(_, operand):
            return f"(-x {_python(operand)})"
        case ast.BoolOp(operator, values):
            symbol = "&&" if isinstance(operator, ast.And) else "||"
            found = _python(values[0])
            for value in values[1:]:
                found = f"({symbol} {found} {_python(value)})"
            return found
        case ast.Compare(left, operators, others):
            operands = [left, *others]
            found = ""
            for operator, (a, b) in zip(operators, pairwise(operands), strict=True):
                pair = f"({_SYMBOLS[type(operator)]} {_python(a)} {_python(b)})"
                found = f"(&& {found} {pair})" if found else pair
            return found
        case ast.Call(_, args):
            return f"(call f {' '.join(map(_python, args))})"
        case ast.Name(name):
            return name
        case ast.Constant(value):
            return str(value)
    raise AssertionError(ast.dump(node))
