"""Some rows of a data set: a slice, a selection, the values of a category; all of them in blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from morefit_py.errors import DataError, nearest
from morefit_py.graph.symbols import WEIGHT, Observable
from morefit_py.model.columns.columnwise import Rows, column_expression
from morefit_py.model.columns.disk import Array, blocks
from morefit_py.model.columns.values import Bits, Values
from morefit_py.model.files.gather import Gathering
from morefit_py.model.files.readers import Selected, passes

if TYPE_CHECKING:
    from morefit_py.model.dataset import Dataset

MOST_CATEGORIES = 1000


def rows(data: Dataset, key: Any) -> Dataset:
    """The rows that a slice, a mask, or an array of their numbers asks for."""
    if not isinstance(key, slice):
        key = np.asarray(key)
        if key.ndim != 1 or key.dtype.kind not in "iub" or (key.dtype.kind == "b" and len(key) != len(data)):
            raise DataError(
                f"{data.source}: rows are asked for by {key!r}; give a slice, a mask of {len(data)} values, "
                "or an array of whole numbers"
            )
    try:
        columns = {name: column[key] for name, column in data.columns.items()}
        weights = None if data.weights is None else data.weights[key]
    except IndexError as problem:
        raise DataError(f"{data.source}: {problem}") from None
    return _made(data, columns, weights)


def select(data: Dataset, selection: str) -> Dataset:
    """The rows that pass a selection; raises DataError if none does."""
    known = [*data.columns, *([] if data.weights is None else [WEIGHT])]
    expression = column_expression(data.source, "selection", selection, known)
    kept = 0
    with Gathering(data.folder) as gathering:
        for part in blocks_of(data, data.columns):
            values = {name: Values(column) for name, column in part.columns.items()}
            if part.weights is not None:
                values[WEIGHT] = Values(part.weights)
            passed = passes(expression, Rows(np.arange(part.first, part.first + part.count), values))
            kept += int(np.count_nonzero(passed))
            _add(gathering, part, passed)
        if not kept:
            said = f"no row of {len(data)} passes the selection {selection!r}; loosen it"
            raise DataError(f"{data.source}: {said}")
        return _made(data, *gathering.finish())


def split(data: Dataset, category: str, names: Mapping[Any, str] | None) -> dict[Any, Dataset]:
    """The rows of each value of a column, in the order of the values, or of their names."""
    if category not in data.columns:
        raise DataError(f"{data.source}: no column {category!r}{nearest(category, data.columns)}")
    where = f"{data.source}: column {category!r}"
    found: dict[float, Gathering] = {}
    with ExitStack() as stack:
        for part in blocks_of(data, data.columns):
            column = part.columns[category]
            for value in map(float, np.unique(column)):
                if not np.isfinite(value):
                    raise DataError(f"{where} holds {value}, which is no category")
                if value not in found:
                    found[value] = stack.enter_context(Gathering(data.folder))
                if len(found) > MOST_CATEGORIES:
                    raise DataError(f"{where} holds more than {MOST_CATEGORIES} values; categories are few")
                _add(found[value], part, column == value)
        values: dict[Any, Gathering] = {
            int(value) if value.is_integer() else value: found[value] for value in sorted(found)
        }
        named = values if names is None else _named(where, values, names)
        return {name: _made(data, *gathering.finish()) for name, gathering in named.items()}


def _named(where: str, values: Mapping[Any, Gathering], names: Mapping[Any, str]) -> dict[Any, Gathering]:
    for value in values:
        if value not in names:
            raise DataError(f"{where} holds {value}, which has no name; names are {dict(names)}")
    for value, name in names.items():
        if value not in values:
            raise DataError(f"{where} never is {value!r}, the value of {name!r}; there are {[*values]}")
    return {name: values[value] for value, name in names.items()}


def blocks_of(data: Dataset, columns: Iterable[str | Observable]) -> Iterator[Selected]:
    """Columns and weights of all rows, block by block; raises DataError for a column that is not there."""
    names = [x.name if isinstance(x, Observable) else x for x in columns]
    for name in names:
        if name not in data.columns:
            raise DataError(f"{data.source}: no column {name!r}{nearest(name, data.columns)}")
    held = [data.columns[name] for name in names]
    if data.weights is not None:
        held.append(data.weights)
    for first, values in blocks(*held):
        found = dict(zip(names, values, strict=False))
        weights = None if data.weights is None else values[-1]
        yield Selected(data.source, first, len(values[0]), None, found, weights, len(data))


def _add(gathering: Gathering, part: Selected, kept: Bits) -> None:
    columns = {name: column[kept] for name, column in part.columns.items()}
    gathering.add(columns, None if part.weights is None else part.weights[kept])


def _made(data: Dataset, columns: Mapping[str, Array], weights: Array | None) -> Dataset:
    """A data set of some rows, whose numbers are not those of a file any more."""
    from morefit_py.model.dataset import Dataset

    found = Dataset.from_numpy(columns, weights, data.source)
    return replace(found, folder=data.folder, bounds=data.bounds, signed=data.signed)
