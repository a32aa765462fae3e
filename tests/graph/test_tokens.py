"""Tests of morefit_py.graph.tokens."""

import pytest

from morefit_py.errors import ExpressionError
from morefit_py.graph.tokens import MAX_LENGTH, point, tokenise


def test_names_never_reach_the_text_that_is_parsed() -> None:
    tokens = tokenise("lambda + __class__*exp(x)")
    assert tokens.text == "n0 + n1 * n2 ( n3 )"
    assert list(tokens.names.values()) == ["lambda", "__class__", "exp", "x"]
    assert tokens.variables() == {"lambda", "__class__", "x"}


def test_a_name_may_be_function_and_variable() -> None:
    assert tokenise("exp(exp)").variables() == {"exp"}


def test_operators_of_c_become_those_of_python() -> None:
    assert tokenise("a&&b||!c != d").text == "n0 and n1 or ~ n2 != n3"


def test_numbers_are_read_as_floats() -> None:
    assert tokenise("1 007 .5 2. 3e-2").text == "1.0 7.0 0.5 2.0 0.03"


def test_positions_are_those_of_the_source() -> None:
    tokens = tokenise("a &&   long_name")
    assert [tokens.position(tokens.text.index(word)) for word in ("n0", "and", "n1")] == [0, 2, 7]
    assert tokens.position(1000) == len("a &&   long_name")


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("x^2", 2, r"write \*\* for powers"),
        ("a & b", 3, "&&"),
        ("a | b", 3, r"\|\|"),
        ("a = b", 3, "=="),
        ("jet[0]", 4, "arrays"),
        ("a.b", 2, "dot"),
        ("a // b", 3, "divide"),
        ("a ? b", 3, "where"),
        ("'a'", 1, "text"),
        ("1_000", 1, "not a number"),
        ("2x", 1, "not a number"),
        (".5x", 1, "not a number"),
        ("1e999", 1, "too large"),
        ("a\0b", 2, "character"),
    ],
)
def test_refusal_points_and_says_what_to_do(text: str, column: int, hint: str) -> None:
    with pytest.raises(ExpressionError, match=hint) as caught:
        tokenise(text)
    assert f"(column {column})" in str(caught.value)


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_empty_text(text: str) -> None:
    with pytest.raises(ExpressionError, match="empty"):
        tokenise(text)


def test_text_that_is_too_long() -> None:
    tokenise("x" * MAX_LENGTH)
    with pytest.raises(ExpressionError, match="at most"):
        tokenise("x" * (MAX_LENGTH + 1))


def test_what_is_not_text() -> None:
    with pytest.raises(ExpressionError, match="not a text"):
        tokenise(3)  # type: ignore[arg-type]


@pytest.mark.parametrize("at", [0, 5, 500, 999])
def test_caret_stands_below_its_character(at: int) -> None:
    text = "".join(chr(ord("a") + i % 26) for i in range(1000))
    _, shown, caret = point(text, at, "here").split("\n")
    assert shown[caret.index("^")] == text[at]
    assert len(shown) < 100
