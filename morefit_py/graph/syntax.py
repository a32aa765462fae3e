"""The grammar of text expressions: what stands where, before anything has a meaning.

Precedence is that of C, with `**` for powers (binding to the right, and tighter than a sign before it) and
chained comparisons as in mathematics. Where C and its readers often disagree, parentheses are asked for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from morefit_py.errors import ExpressionError
from morefit_py.graph.tokens import Token, point, tokenise

MAX_DEPTH = 200
_REFUSED = "this is not arithmetic"
_CHOICE, _NOT, _BITS, _COMPARISON, _SIGN, _POWER = 1, 4, 6, 7, 11, 12
_LEVELS = {
    "?": _CHOICE, "||": 2, "&&": 3, "|": 5, "&": _BITS,
    "==": _COMPARISON, "!=": _COMPARISON, "<": _COMPARISON, "<=": _COMPARISON, ">": _COMPARISON,
    ">=": _COMPARISON, "<<": 8, ">>": 8, "+": 9, "-": 9, "*": 10, "/": 10, "%": 10, "**": _POWER,
}  # fmt: skip
_CLOSING = {"(": ")", "[": "]"}


@dataclass(frozen=True, eq=False)
class Part:
    """A number, a name, or an operation on other parts; `at` is where it begins in the text.

    `kind` is "number" (then `value` is set), "name" or "call" (then `name` is), or the operation: a binary
    operator, "-x", "+x", "!", "?:" or "[]".
    """

    kind: str
    at: int
    args: tuple[Part, ...] = ()
    name: str = ""
    value: float | int = 0


def read(text: str) -> Part:
    """The parts of a text; raises ExpressionError, with the column, where it is not an expression."""
    reader = _Reader(text)
    try:
        found = reader.expression(_CHOICE)
    except RecursionError:
        raise reader.error(0, "the expression is nested too deeply; split it") from None
    reader.finish()
    return found


def parts(root: Part) -> list[Part]:
    """Every part once, arguments before what they enter."""
    order: list[Part] = []
    seen: set[Part] = set()
    stack = [(root, False)]
    while stack:
        part, ready = stack.pop()
        if ready:
            order.append(part)
        elif part not in seen:
            seen.add(part)
            stack.append((part, True))
            stack.extend((arg, False) for arg in reversed(part.args))
    return order


class _Reader:
    """A parser by precedence climbing (Richards and Whitby-Strevens, BCPL, 1979)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenise(text)
        self.next = 0
        self.depth = 0
        self.bracketed: set[Part] = set()

    @property
    def token(self) -> Token:
        return self.tokens[self.next]

    def error(self, at: int, what: str) -> ExpressionError:
        return ExpressionError(point(self.text, at, what))

    def unexpected(self) -> ExpressionError:
        token = self.token
        if token.text in (")", "]"):
            return self.error(token.at, f"unmatched '{token.text}'")
        if token.text in ("if", "else"):
            return self.error(token.at, "if ... else is not supported; write where(condition, yes, no)")
        return self.error(token.at, _REFUSED)

    def take(self, text: str) -> bool:
        """Whether the next token is this operator, which is then behind us."""
        found = self.token.kind == "operator" and self.token.text == text
        self.next += found
        return found

    def finish(self) -> None:
        if self.token.kind != "end":
            raise self.unexpected()

    def expression(self, level: int) -> Part:
        """All that binds at least as tightly as a level."""
        start = self.token.at
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(start, "the expression is nested too deeply; split it")
        found = self.operand(level)
        while self.token.kind == "operator" and _LEVELS.get(self.token.text, 0) >= level:
            found = self.joined(found, start)
        self.depth -= 1
        return found

    def operand(self, level: int) -> Part:
        """A number, a name, a call, what stands in parentheses, or one of these behind a sign."""
        token = self.token
        self.next += 1
        if token.kind == "number":
            found = self.number(token)
        elif token.kind == "name":
            found = Part("name", token.at, name=token.text)
            if self.take("("):
                found = Part("call", token.at, self.arguments(token), token.text)
        elif token.text == "not" and level <= _NOT:
            return Part("!", token.at, (self.expression(_NOT),))
        elif token.text in ("-", "+", "!"):
            kind = token.text if token.text == "!" else f"{token.text}x"
            return Part(kind, token.at, (self.expression(_SIGN),))
        elif token.text == "(":
            found = self.expression(_CHOICE)
            self.close(token)
            self.bracketed.add(found)
        else:
            self.next -= 1
            raise self.unexpected()
        while self.token.text == "[":
            bracket = self.token
            self.next += 1
            found = Part("[]", found.at, (found, self.expression(_CHOICE)))
            self.close(bracket)
        return found

    def number(self, token: Token) -> Part:
        whole = token.text.isdigit()
        value = int(token.text, 16) if token.text[:2] in ("0x", "0X") else float(token.text)
        if whole and len(token.text) < 20:
            value = int(token.text)
        if not math.isfinite(value):
            raise self.error(token.at, f"the number {token.text[:20]} is too large")
        return Part("number", token.at, value=value)

    def arguments(self, function: Token) -> tuple[Part, ...]:
        opening = self.tokens[self.next - 1]
        if self.take(")"):
            return ()
        found = [self.expression(_CHOICE)]
        while self.take(","):
            found.append(self.expression(_CHOICE))
        self.close(opening)
        return tuple(found)

    def close(self, opening: Token) -> None:
        if self.take(_CLOSING[opening.text]):
            return
        if self.token.kind == "end":
            raise self.error(opening.at, f"'{opening.text}' was never closed")
        raise self.unexpected()

    def joined(self, left: Part, start: int) -> Part:
        """What an operator makes of what stands left of it, and of what it takes on its right."""
        operator = self.token
        level = _LEVELS[operator.text]
        if level == _COMPARISON:
            return self.comparison(left, start)
        self.next += 1
        if level == _CHOICE:
            yes = self.expression(_CHOICE)
            if not self.take(":"):
                raise self.error(operator.at, "'?' needs its ':'; write condition ? yes : no")
            return Part("?:", start, (left, yes, self.expression(_CHOICE)))
        right = self.expression(_SIGN if level == _POWER else level + 1)
        if operator.text in ("&", "|"):
            self.refuse_comparisons(operator, left, right)
        return Part(operator.text, start, (left, right))

    def comparison(self, left: Part, start: int) -> Part:
        """One comparison, or a chain: every neighbour is compared with the next."""
        found: Part | None = None
        equality: set[bool] = set()
        while _LEVELS.get(self.token.text) == _COMPARISON:
            operator = self.token
            equality.add(operator.text in ("==", "!="))
            if len(equality) > 1:
                what = f"{operator.text} in a chain of comparisons is ambiguous; write parentheses"
                raise self.error(operator.at, what)
            self.next += 1
            right = self.expression(_COMPARISON + 1)
            pair = Part(operator.text, start, (left, right))
            found = pair if found is None else Part("&&", start, (found, pair))
            left = right
        assert found is not None
        return found

    def refuse_comparisons(self, operator: Token, *operands: Part) -> None:
        for part in operands:
            # A chain of comparisons is held as &&.
            compares = part.kind == "&&" or _LEVELS.get(part.kind) == _COMPARISON
            if compares and part not in self.bracketed:
                what = f"{operator.text} beside a comparison is ambiguous; write parentheses"
                raise self.error(operator.at, what)
