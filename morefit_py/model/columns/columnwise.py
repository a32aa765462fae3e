"""Expressions of columns, evaluated for many rows at once, in the manner of ROOT's TTreeFormula."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ColumnError, DataError, ExpressionError, nearest
from morefit_py.graph.parse_functions import CONSTANTS, ROOT_CONSTANTS, check_call, plain_name
from morefit_py.graph.syntax import Part, parts, read
from morefit_py.graph.tokens import point
from morefit_py.model.columns.functions import COLUMN_FUNCTIONS, OPERATORS, ColumnFunction
from morefit_py.model.columns.values import (
    Bits,
    Values,
    align,
    element,
    elementwise,
    kept,
    lengths,
    reduced,
    truth,
    union,
)

ENTRY = "Entry$"


@dataclass(frozen=True)
class Rows:
    """Some rows of a table: their numbers, counted over all files, and their columns by name."""

    entries: NDArray[np.int64]
    columns: Mapping[str, Values]

    def __len__(self) -> int:
        return len(self.entries)

    def of(self, kept: Bits) -> Rows:
        """Some of the rows."""
        return Rows(self.entries[kept], {name: values.of(kept) for name, values in self.columns.items()})


@dataclass(frozen=True, eq=False)
class ColumnExpression:
    """An expression of columns: `what` it is for, the names it needs, and its parts."""

    what: str
    text: str
    root: Part
    names: tuple[str, ...]

    def evaluate(self, rows: Rows) -> Values:
        """Its value in every row; raises DataError where lists and numbers do not fit together."""
        values: dict[Part, Values] = {}
        with np.errstate(all="ignore"):
            for part in parts(self.root):
                try:
                    values[part] = _value(part, [values[arg] for arg in part.args], rows)
                except ExpressionError as problem:
                    said = point(self.text, part.at, str(problem))
                    raise DataError(f"{self.what}: {said}") from None
        return values[self.root]


def column_expression(
    where: str, what: str, text: str, known: Collection[str], kind: str = "column"
) -> ColumnExpression:
    """The expression a text stands for; a text that is a name, even one no expression could hold, is itself.

    Raises ColumnError, with the column and the nearest right name, for anything that cannot be evaluated.
    """
    said = f"{where}: {what}"
    if text in known:
        return ColumnExpression(said, text, Part("name", 0, name=text), (text,))
    try:
        root = read(text)
        found: dict[str, None] = {}
        for part in parts(root):
            if part.kind == "call":
                _check_call(text, part)
            elif part.kind == "name" and part.name in known:
                found[part.name] = None
            elif part.kind == "name" and part.name not in CONSTANTS and part.name != ENTRY:
                raise ExpressionError(_unknown(text, part, known, kind))
    except ExpressionError as problem:
        raise ColumnError(where, what, str(problem)) from None
    return ColumnExpression(said, text, root, tuple(found))


def _check_call(text: str, part: Part) -> None:
    if part.name in ROOT_CONSTANTS and not part.args:
        return
    try:
        check_call(part.name, FUNCTIONS, len(part.args))
    except ExpressionError as problem:
        raise ExpressionError(point(text, part.at, str(problem))) from None


def _unknown(text: str, part: Part, known: Collection[str], kind: str) -> str:
    if plain_name(part.name) in FUNCTIONS:
        return point(text, part.at, f"{part.name!r} is a function; write {part.name}(...)")
    said = f"no {kind} {part.name!r}{nearest(part.name, known)}"
    return said if part.name == text.strip() else point(text, part.at, said)


def _value(part: Part, args: list[Values], rows: Rows) -> Values:
    if part.kind == "number":
        return Values(np.asarray(part.value))
    if part.kind == "name":
        if part.name in rows.columns:
            return rows.columns[part.name]
        if part.name == ENTRY:
            return Values(rows.entries)
        return Values(np.asarray(CONSTANTS[part.name]))
    if part.kind == "call":
        if part.name in ROOT_CONSTANTS:
            return Values(np.asarray(ROOT_CONSTANTS[part.name]))
        function = plain_name(part.name)
        if function in _OF_VALUES:
            return _OF_VALUES[function][1](*args)
        return elementwise(COLUMN_FUNCTIONS[function].apply, *args)
    if part.kind in _LOGIC:
        return _LOGIC[part.kind](*args)
    return elementwise(OPERATORS[part.kind], *args)


def _and(left: Values, right: Values) -> Values:
    """False where one side is, even where the other is missing."""
    a, b = align((left, right))
    found = truth(a.data) & truth(b.data)
    return Values(found, _undecided(a, b, of=False), a.lists)


def _or(left: Values, right: Values) -> Values:
    """True where one side is, even where the other is missing."""
    a, b = align((left, right))
    found = truth(a.data) | truth(b.data)
    return Values(found, _undecided(a, b, of=True), a.lists)


def _undecided(a: Values, b: Values, of: bool) -> Bits | None:
    """Where a side is missing and no other one decides."""
    missing = union(a.missing, b.missing)
    if missing is None:
        return None
    for side in (a, b):
        decides = truth(side.data) == of
        missing = missing & ~(decides if side.missing is None else decides & ~side.missing)
    return missing


def _choose(condition: Values, yes: Values, no: Values) -> Values:
    """What the condition chooses; what is not chosen may be missing."""
    c, a, b = align((condition, yes, no))
    chosen = truth(c.data)
    missing = c.missing
    if a.missing is not None or b.missing is not None:
        sides = [False if side.missing is None else side.missing for side in (a, b)]
        missing = union(missing, np.where(chosen, *sides))
    return Values(np.where(chosen, a.data, b.data), missing, c.lists)


def _alternative(values: Values, other: Values) -> Values:
    """The values, and where they are missing the other ones."""
    a, b = align((values, other))
    if a.missing is None:
        return a
    missing = None if b.missing is None else a.missing & b.missing
    return Values(np.where(a.missing, b.data, a.data), missing, a.lists)


def _sum(values: Values) -> Values:
    return reduced(np.add, values, 0.0)


def _least(values: Values) -> Values:
    return reduced(np.minimum, values, None)


def _greatest(values: Values) -> Values:
    return reduced(np.maximum, values, None)


_Arity = tuple[int, int]
_LOGIC: dict[str, Callable[..., Values]] = {"&&": _and, "||": _or, "?:": _choose, "[]": element}
_OF_VALUES: dict[str, tuple[_Arity, Callable[..., Values]]] = {
    "where": ((3, 3), _choose),
    "select": ((3, 3), _choose),
    "Alt$": ((2, 2), _alternative),
    "Length$": ((1, 1), lengths),
    "Sum$": ((1, 1), _sum),
    "Min$": ((1, 1), _least),
    "Max$": ((1, 1), _greatest),
    "MinIf$": ((2, 2), lambda values, condition: _least(kept(values, condition))),
    "MaxIf$": ((2, 2), lambda values, condition: _greatest(kept(values, condition))),
}
# Everything that may be called, with the number of arguments it takes.
FUNCTIONS: dict[str, ColumnFunction] = COLUMN_FUNCTIONS | {
    name: ColumnFunction(arity, apply) for name, (arity, apply) in _OF_VALUES.items()
}
