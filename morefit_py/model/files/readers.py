"""What readers of files share: the expressions asked for, the selection of rows, one block after the other.

Selections are evaluated first, so that an expression may be undefined on rows the selection drops; no more
than a block of a file is held at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError
from morefit_py.graph.symbols import WEIGHT, Observable
from morefit_py.model.columns.as_column import as_column
from morefit_py.model.columns.columnwise import ColumnExpression, Rows, column_expression
from morefit_py.model.columns.disk import Array
from morefit_py.model.columns.values import Bits, Values, truth
from morefit_py.model.files.source import Block, Source
from morefit_py.model.progress import bar

Observables: TypeAlias = Iterable[str | Observable] | Mapping[str, str]
Opener: TypeAlias = Callable[[Path], AbstractContextManager[Source]]


@dataclass(frozen=True)
class Query:
    """What is asked of files: expressions by name (None for every number), of at most so many rows."""

    observables: Observables | None
    selection: str | None = None
    weight: str | None = None
    max_events: int | None = None


@dataclass(frozen=True)
class Plan:
    """The expressions of a query, for the columns of one file, and the columns they need."""

    observables: dict[str, ColumnExpression]
    selection: ColumnExpression | None
    weight: ColumnExpression | None

    @property
    def names(self) -> list[str]:
        asked = [*self.observables.values(), self.selection, self.weight]
        return list(dict.fromkeys(name for part in asked if part is not None for name in part.names))


@dataclass(frozen=True)
class Selected:
    """The rows of a block that were selected: where they stood, and their values.

    `most` is the number of rows that all blocks together can have.
    """

    source: str
    first: int
    count: int
    kept: Bits | None
    columns: dict[str, Array]
    weights: Array | None
    most: int

    def __len__(self) -> int:
        return self.count if self.kept is None else int(np.count_nonzero(self.kept))

    def row(self, index: int) -> str:
        """Which row of the source one of these is."""
        return f"row {self.first + (index if self.kept is None else np.flatnonzero(self.kept)[index])}"


def wanted(source: str, observables: Observables) -> dict[str, str]:
    """The expression of each observable, by name; raises DataError if there is none."""
    if isinstance(observables, Mapping):
        found = dict(observables)
    else:
        if isinstance(observables, str):
            observables = [observables]
        names = [x.name if isinstance(x, Observable) else x for x in observables]
        found = {name: name for name in names}
    if not found:
        raise DataError(f"{source}: no observables are asked for; name at least one")
    return found


def plan(source: Source, query: Query) -> Plan:
    """The expressions of a query; raises DataError for one that cannot be read, and for unknown names."""
    observables = source.numbers if query.observables is None else query.observables
    weight = source.weight if query.weight is None else query.weight

    def expression(what: str, text: str) -> ColumnExpression:
        return column_expression(source.name, what, text, source.known, source.kind)

    found = Plan(
        {
            name: expression(f"observable {name!r}", text)
            for name, text in wanted(source.name, observables).items()
        },
        None if query.selection is None else expression("selection", query.selection),
        None if weight is None else expression("weight", weight),
    )
    source.check(found.names)
    return found


def select(
    paths: Sequence[Path], opener: Opener, query: Query, label: str, progress: bool | None = None
) -> Iterator[Selected]:
    """The selected rows of files, one block after the other; every file is looked at before one is read.

    Raises DataError for what `plan` refuses, for files that differ, for values that are missing in rows
    that are selected, and for a selection that keeps nothing.
    """
    most = query.max_events
    if most is not None and (not isinstance(most, int) or isinstance(most, bool) or most < 1):
        raise DataError(f"max_events is {most!r}; give a whole number of 1 or more, or None for all")
    total = _look(paths, opener, query)
    entry = seen = taken = 0
    found: Selected | None = None
    with bar(f"reading {label}", total, progress) as shown:
        for path in paths:
            with opener(path) as source:
                expressions = plan(source, query)
                for block in source.blocks(expressions.names):
                    rows = Rows(np.arange(entry, entry + block.count), block.columns)
                    room = None if most is None else most - taken
                    found = _selected(source.name, expressions, block, rows, room, total)
                    entry += block.count
                    seen += block.count if block.kept is None else int(np.count_nonzero(block.kept))
                    taken += len(found)
                    shown.advance(block.count)
                    yield found
                    if most is not None and taken >= most:
                        return
    if found is None:
        columns = {name: np.zeros(0) for name in expressions.observables}
        yield Selected(label, 0, 0, None, columns, None if expressions.weight is None else np.zeros(0), 0)
    if seen and not taken and query.selection is not None:
        raise DataError(f"{label}: no row of {seen} passes the selection {query.selection!r}; loosen it")


def _look(paths: Sequence[Path], opener: Opener, query: Query) -> int:
    """The number of rows of all files, after every check that needs no row."""
    total, weighted = 0, False
    for path in paths:
        with opener(path) as source:
            total += source.rows
            found = plan(source, query)
            if path is not paths[0] and (found.weight is not None) is not weighted:
                raise DataError(
                    f"{source.name}: only one of this file and {paths[0]} has {WEIGHT!r}; give a weight"
                )
            weighted = found.weight is not None
            if query.observables is None:
                query = replace(query, observables=list(found.observables))
    return total


def _selected(name: str, plan: Plan, block: Block, rows: Rows, room: int | None, total: int) -> Selected:
    """The rows of a block that the selection keeps, but no more than there is room for."""
    kept = block.kept
    if plan.selection is not None:
        passed = passes(plan.selection, rows)
        kept = passed if kept is None else kept & passed
    if room is not None and room < block.count:
        kept = np.ones(block.count, dtype=np.bool_) if kept is None else kept
        kept = kept & (np.cumsum(kept) <= room)
    if kept is not None and kept.all():
        kept = None
    if kept is not None:
        rows = rows.of(kept)
    at = block.first + (np.arange(block.count) if kept is None else np.flatnonzero(kept))
    values = {what: numbers(expression, rows, at) for what, expression in plan.observables.items()}
    weights = None if plan.weight is None else numbers(plan.weight, rows, at)
    return Selected(name, block.first, block.count, kept, values, weights, total)


def passes(selection: ColumnExpression, rows: Rows) -> Bits:
    """Where a selection is finite, not zero, and not missing; raises DataError for one of lists."""
    found = selection.evaluate(rows)
    _refuse_lists(selection, found)
    passed = truth(found.data)
    if found.data.dtype.kind == "f":
        passed = passed & np.isfinite(found.data)
    if found.missing is not None:
        passed = passed & ~found.missing
    return np.broadcast_to(passed, (len(rows),))


def numbers(expression: ColumnExpression, rows: Rows, at: NDArray[np.int64]) -> Array:
    """The value of an expression in each row; raises DataError for lists, and where values are missing.

    `at` are the numbers of the rows in their file, for messages.
    """
    found = expression.evaluate(rows)
    _refuse_lists(expression, found)
    if found.missing is not None and found.missing.any():
        lost = np.flatnonzero(np.broadcast_to(found.missing, at.shape))
        raise DataError(
            f"{expression.what}: {lost.size} of {at.size} selected values in rows {at[0]} to {at[-1]} are "
            f"missing (first in row {at[lost[0]]}); select them away, or write Alt$(x, other)"
        )
    return as_column(expression.what, np.broadcast_to(found.data, at.shape))


def _refuse_lists(expression: ColumnExpression, found: Values) -> None:
    if found.lists:
        raise DataError(
            f"{expression.what}: {expression.text!r} is a list in every row, not one number; write an "
            "element of it, such as x[0], or Sum$(x), Max$(x), Length$(x)"
        )
