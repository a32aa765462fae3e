"""The tokens of text expressions, and messages that point into them."""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from dataclasses import dataclass

from morefit_py.errors import ExpressionError

MAX_LENGTH = 10_000
_SHOWN = 72

_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?!\w)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<operator>\*\*|&&|\|\||==|!=|<=|>=|/(?!/)|[-+*<>(),!])"
)
# What stands in Python's text for an operator of C: `~` binds as tightly there as `!` does in C.
_TRANSLATED = {"&&": "and", "||": "or", "!": "~"}
_WORDS = frozenset({"and", "or", "not"})
_HINTS = {
    "^": "^ is not a power; write ** for powers",
    "&": "a single & is not supported; write && between conditions",
    "|": "a single | is not supported; write || between conditions",
    "=": "a single = is not supported; write == to compare",
    "~": "~ is not supported; write ! for not",
    "%": "% is not supported",
    "/": "// is not supported; write / to divide",
    ".": "a dot is only allowed inside a number, names of parts are not supported",
    "[": "elements of arrays are not supported; use a branch with one value per event",
    "?": "? : is not supported; write where(condition, yes, no)",
    "'": "text is not arithmetic",
    '"': "text is not arithmetic",
}


@dataclass(frozen=True)
class Tokens:
    """A text cut into tokens, and the same as Python text in which stand-ins replace the names.

    `columns` are the starts of the tokens in `text`, `origins` where they stood in `source`.
    """

    source: str
    text: str
    names: dict[str, str]
    columns: tuple[int, ...]
    origins: tuple[int, ...]

    def position(self, column: int) -> int:
        """Where a column of `text` stood in `source`; its end if beyond."""
        if column >= len(self.text):
            return len(self.source.rstrip())
        return self.origins[max(0, bisect_right(self.columns, column) - 1)]

    def variables(self) -> set[str]:
        """The names that are not called as functions."""
        words = self.text.split()
        called = {a for a, b in zip(words, [*words[1:], ""], strict=True) if b == "("}
        return {name for stand_in, name in self.names.items() if stand_in not in called}

    def syntax_hint(self) -> str:
        """What was probably meant where words of Python stand among the names."""
        if {"if", "else"} & set(self.names.values()):
            return "if ... else is not supported; write where(condition, yes, no)"
        return ""


def tokenise(text: str) -> Tokens:
    """Cut a text into tokens; raises ExpressionError where one is not of arithmetic."""
    if not isinstance(text, str):
        raise ExpressionError(f"{text!r} is not a text expression")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"the expression has {len(text)} characters; at most {MAX_LENGTH} are read")
    words: list[str] = []
    origins: list[int] = []
    names: dict[str, str] = {}
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(point(text, at, _refusal(text, at)))
        if match.lastgroup != "space":
            words.append(_word(match, text, names))
            origins.append(at)
        at = match.end()
    if not words:
        raise ExpressionError("the expression is empty; write a name, a number or a formula")
    columns, column = [], 0
    for word in words:
        columns.append(column)
        column += len(word) + 1
    return Tokens(text, " ".join(words), names, tuple(columns), tuple(origins))


def point(text: str, at: int, what: str) -> str:
    """A message with its column, and the text with a caret below it."""
    first = max(0, at - _SHOWN // 2)
    shown = "".join(c if c.isprintable() else " " for c in text[first : first + _SHOWN])
    return f"{what} (column {at + 1})\n    {shown}\n    {' ' * (at - first)}^"


def _word(match: re.Match[str], text: str, names: dict[str, str]) -> str:
    word = match.group()
    if match.lastgroup == "operator":
        return _TRANSLATED.get(word, word)
    if match.lastgroup == "number":
        value = float(word)
        if not math.isfinite(value):
            raise ExpressionError(point(text, match.start(), f"the number {word[:20]} is too large"))
        return repr(value)
    if word in _WORDS:
        return word
    # One stand-in for each place, so that a name that is called once may be a variable elsewhere.
    stand_in = f"n{len(names)}"
    names[stand_in] = word
    return stand_in


def _refusal(text: str, at: int) -> str:
    character = text[at]
    if character.isdigit() or (character == "." and text[at + 1 : at + 2].isdigit()):
        return "this is not a number; names cannot start with a digit"
    return _HINTS.get(character, f"the character {character!r} is not part of arithmetic")
