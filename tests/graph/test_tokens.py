"""Tests of morefit_py.graph.tokens."""

import pytest

from morefit_py.errors import ExpressionError
from morefit_py.graph.tokens import MAX_LENGTH, point, tokenise


def words(text: str) -> list[str]:
    return [token.text for token in tokenise(text)][:-1]


def test_names_may_have_parts() -> None:
    assert words("B.mass+TMath::Abs(x_1)*Sum$(y)") == [
        "B.mass", "+", "TMath::Abs", "(", "x_1", ")", "*", "Sum$", "(", "y", ")",
    ]  # fmt: skip
    assert words("c?a:b") == ["c", "?", "a", ":", "b"]


def test_operators_are_taken_as_long_as_they_are() -> None:
    assert words("a&&b&c||d|e<<2>>1<=x**y*z") == [
        "a", "&&", "b", "&", "c", "||", "d", "|", "e", "<<", "2", ">>", "1", "<=", "x", "**", "y", "*", "z",
    ]  # fmt: skip


def test_words_are_operators() -> None:
    assert words("a and not b or andy") == ["a", "&&", "not", "b", "||", "andy"]


def test_numbers() -> None:
    assert words("1 007 .5 2. 3e-2 0x1F") == ["1", "007", ".5", "2.", "3e-2", "0x1F"]
    assert {token.kind for token in tokenise("1 .5 0x1F")[:-1]} == {"number"}


def test_positions_are_those_of_the_text() -> None:
    assert [token.at for token in tokenise("a &&   long_name  ")] == [0, 2, 7, 16]


@pytest.mark.parametrize(
    ("text", "column", "hint"),
    [
        ("x^2", 2, r"write \*\* for powers"),
        ("a = b", 3, "=="),
        ("~a", 1, "! for not"),
        ("a. b", 2, "dot"),
        ("a[0].b", 5, "dot"),
        ("a // b", 3, "divide"),
        ("@a.size()", 1, "Length"),
        ("'a'", 1, "text"),
        ("1_000", 1, "not a number"),
        ("2x", 1, "not a number"),
        ("0x", 1, "not a number"),
        (".5x", 1, "not a number"),
        ("a\0b", 2, "character"),
        ("a$b", 3, "arithmetic"),
    ],
)
def test_refusal_points_and_says_what_to_do(text: str, column: int, hint: str) -> None:
    from morefit_py.graph.syntax import read

    with pytest.raises(ExpressionError, match=hint) as caught:
        read(text)
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
