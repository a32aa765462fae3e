"""The tokens of text expressions, and messages that point into them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from morefit_py.errors import ExpressionError

MAX_LENGTH = 10_000
_SHOWN = 72

# A name may have parts, as branches (`B.mass`) and functions (`TMath::Abs`) of ROOT do, and end in a dollar.
_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?!\w)"
    r"|(?P<name>[^\W\d]\w*(?:(?:\.|::)[^\W\d]\w*)*\$?)"
    r"|(?P<operator>\*\*|&&|\|\||<<|>>|==|!=|<=|>=|/(?!/)|[-+*<>(),!%&|?:\[\]])"
)
_WORDS = {"and": "&&", "or": "||", "not": "not"}
_HINTS = {
    "^": "^ is not a power; write ** for powers",
    "=": "a single = is not supported; write == to compare",
    "~": "~ is not supported; write ! for not",
    "/": "// is not supported; write / to divide",
    ".": "a dot is only allowed inside a number or between the parts of a name",
    "@": "@ is not supported; write Length$(jets) for the size of a list",
    "'": "text is not arithmetic",
    '"': "text is not arithmetic",
}


@dataclass(frozen=True)
class Token:
    """A piece of text and where it stands; `kind` is "number", "name", "operator" or "end"."""

    kind: str
    text: str
    at: int


def tokenise(text: str) -> list[Token]:
    """Cut a text into tokens, the last one its end; raises ExpressionError where one is not of arithmetic."""
    if not isinstance(text, str):
        raise ExpressionError(f"{text!r} is not a text expression")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"the expression has {len(text)} characters; at most {MAX_LENGTH} are read")
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(point(text, at, _refusal(text, at)))
        kind, word = str(match.lastgroup), match.group()
        if word in _WORDS:
            tokens.append(Token("operator", _WORDS[word], at))
        elif kind != "space":
            tokens.append(Token(kind, word, at))
        at = match.end()
    if not tokens:
        raise ExpressionError("the expression is empty; write a name, a number or a formula")
    return [*tokens, Token("end", "", len(text.rstrip()))]


def point(text: str, at: int, what: str) -> str:
    """A message with its column, and the text with a caret below it."""
    first = max(0, at - _SHOWN // 2)
    shown = "".join(c if c.isprintable() else " " for c in text[first : first + _SHOWN])
    return f"{what} (column {at + 1})\n    {shown}\n    {' ' * (at - first)}^"


def _refusal(text: str, at: int) -> str:
    character = text[at]
    if character.isdigit() or (character == "." and text[at + 1 : at + 2].isdigit()):
        return "this is not a number; names cannot start with a digit"
    return _HINTS.get(character, f"the character {character!r} is not part of arithmetic")
