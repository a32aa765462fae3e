"""What readers of files share: which columns are needed, and the selection of rows.

Expressions are evaluated on all rows and the rows selected afterwards, so that an expression may be
undefined on rows the selection drops.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np

from morefit_py.errors import DataError, ExpressionError, nearest
from morefit_py.graph.build import column
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.parse import names_in, parse
from morefit_py.graph.parse_functions import number
from morefit_py.graph.symbols import Observable
from morefit_py.model.columns import Array, as_column

Observables: TypeAlias = Iterable[str | Observable] | Mapping[str, str]
Table: TypeAlias = tuple[dict[str, Array], Array | None]


def existing_file(path: Path) -> Path:
    """The path, if a file is there; raises DataError with the nearest name in its folder otherwise."""
    if path.is_file():
        return path
    if path.is_dir():
        raise DataError(f"{path}: is a directory, not a file")
    siblings = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
    hint = nearest(path.name, siblings) if siblings else f"; the folder {path.parent} does not exist"
    raise DataError(f"{path}: no such file{hint}")


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


def select(
    source: str,
    known: Collection[str],
    read: Callable[[list[str]], Mapping[str, Array]],
    observables: Mapping[str, str],
    selection: str | None,
    weight: str | None,
    kind: str = "column",
) -> Table:
    """The observables and weights of the rows that a selection keeps.

    `read` is called once, with the names (all of `known`) that any expression needs. Raises DataError
    for an expression that cannot be read, an unknown name, and a selection that keeps nothing.
    """
    asked = {f"observable {name!r}": text for name, text in observables.items()}
    asked |= {what: text for what, text in (("selection", selection), ("weight", weight)) if text is not None}
    needed: dict[str, None] = {}
    for what, text in asked.items():
        for name in _needs(f"{source}: {what}", text, known):
            if name not in known:
                raise DataError(f"{source}: {what}: no {kind} {name!r}{nearest(name, known)}")
            needed[name] = None
    columns = read(list(needed))
    rows = len(next(iter(columns.values()))) if columns else 0
    values = {what: _values(f"{source}: {what}", text, columns, rows) for what, text in asked.items()}
    if selection is not None:
        passed = values.pop("selection")
        keep = np.isfinite(passed) & (passed != 0)
        if rows and not keep.any():
            raise DataError(f"{source}: no row of {rows} passes the selection {selection!r}; loosen it")
        values = {what: column[keep] for what, column in values.items()}
    weights = values.pop("weight", None)
    return dict(zip(observables, values.values(), strict=True)), weights


def _needs(where: str, text: str, known: Collection[str]) -> list[str]:
    # A name is itself, even one that no expression could hold.
    if text in known:
        return [text]
    try:
        return sorted(names_in(text))
    except ExpressionError as problem:
        raise DataError(f"{where}: {problem}") from None


def _values(where: str, text: str, columns: Mapping[str, Array], rows: int) -> Array:
    if text in columns:
        return columns[text]
    names = {name: column(Observable(name, -np.inf, np.inf)) for name in columns}
    try:
        expression = number(parse(text, names))
    except ExpressionError as problem:
        raise DataError(f"{where}: {problem}") from None
    (found,) = evaluate([expression], {}, {"": columns})
    return as_column(where, np.broadcast_to(found, (rows,)))
