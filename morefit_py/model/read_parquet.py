"""Columns of a Parquet file, through pyarrow."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from morefit_py.errors import DataError, nearest
from morefit_py.graph.symbols import WEIGHT
from morefit_py.model.columns import Array, as_column
from morefit_py.model.readers import Observables, Table, existing_file, select, wanted

CHANNEL = "_channel"


def read_parquet(
    path: str | PathLike[str],
    observables: Observables | None,
    channel: str | None = None,
    selection: str | None = None,
    weight: str | None = None,
) -> Table:
    """The observables and weights of the rows of a channel that a selection keeps.

    Raises DataError for a file that cannot be read, and for missing columns, channels and values.
    """
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    source = existing_file(Path(path))
    try:
        # Not mapped into memory: a file that is cut while mapped would end the process.
        with ParquetFile(source) as file:
            return _read(str(path), file, observables, channel, selection, weight)
    except (pa.ArrowException, OSError) as problem:
        raise DataError(
            f"{path}: cannot be read as Parquet, or is truncated ({_first_line(problem)})"
        ) from None


def _read(
    source: str,
    file: Any,
    observables: Observables | None,
    channel: str | None,
    selection: str | None,
    weight: str | None,
) -> Table:
    schema = file.schema_arrow
    known = list(schema.names)
    if observables is None:
        observables = [
            name for name in known if not name.startswith("_") and _is_number(schema.field(name).type)
        ]
    if weight is None and WEIGHT in known:
        weight = WEIGHT
    rows = None if channel is None else _rows_of(source, file, known, channel)

    def read(names: list[str]) -> dict[str, Array]:
        # One column after the other, so that no more than one is held twice.
        return {name: _column(source, file, name, rows) for name in names}

    return select(source, known, read, wanted(source, observables), selection, weight)


def _rows_of(source: str, file: Any, known: list[str], channel: str) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if CHANNEL not in known:
        raise DataError(
            f"{source}: has no column {CHANNEL!r} to find the channel {channel!r} by; "
            "write one, or remove `channel` to read all rows"
        )
    labels = _read_one(source, file, CHANNEL)
    if pa.types.is_dictionary(labels.type):
        labels = labels.cast(labels.type.value_type)
    if not (pa.types.is_string(labels.type) or pa.types.is_large_string(labels.type)):
        raise DataError(f"{source}: column {CHANNEL!r} holds {labels.type}, not text")
    rows = pc.fill_null(pc.equal(labels, channel), False)
    if not pc.any(rows).as_py():
        present = [str(name) for name in pc.unique(labels).to_pylist()]
        raise DataError(f"{source}: no row has {CHANNEL} {channel!r}{nearest(channel, present)}")
    return rows


def _column(source: str, file: Any, name: str, rows: Any) -> Array:
    values = _read_one(source, file, name)
    if not _is_number(values.type):
        what = "lists" if hasattr(values.type, "value_type") else str(values.type)
        raise DataError(f"{source}: column {name!r} holds {what}, not one number per event")
    if rows is not None:
        values = values.filter(rows)
    if values.null_count:
        first = values.is_null().index(True).as_py()
        raise DataError(
            f"{source}: column {name!r}: {values.null_count} of {len(values)} values are missing "
            f"(first in row {first}); fill or drop them"
        )
    if values.num_chunks == 1:
        values = values.chunk(0)
        return as_column(f"{source}: column {name!r}", values.to_numpy(zero_copy_only=False))
    return as_column(f"{source}: column {name!r}", values.to_numpy())


def _read_one(source: str, file: Any, name: str) -> Any:
    table = file.read([name], use_threads=False)
    if table.num_columns != 1:
        raise DataError(f"{source}: {table.num_columns} columns are named {name!r}; rename them")
    return table.column(0)


def _is_number(kind: Any) -> bool:
    import pyarrow as pa

    types = pa.types
    return bool(types.is_floating(kind) or types.is_integer(kind) or types.is_boolean(kind))


def _first_line(problem: BaseException) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0][:200]
