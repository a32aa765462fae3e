"""Columns of a Parquet file, through pyarrow."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow.parquet import ParquetFile

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

    source = existing_file(Path(path))
    try:
        # Not mapped into memory: a file that is cut while mapped would end the process.
        with ParquetFile(source) as file:
            return _read(source, file, observables, channel, selection, weight)
    except (pa.ArrowException, OSError) as problem:
        raise DataError(
            f"{path}: cannot be read as Parquet, or is truncated ({_first_line(problem)})"
        ) from None


def _read(
    path: Path,
    file: Any,
    observables: Observables | None,
    channel: str | None,
    selection: str | None,
    weight: str | None,
) -> Table:
    source, schema = str(path), file.schema_arrow
    known = list(schema.names)
    if observables is None:
        observables = [
            name for name in known if not name.startswith("_") and _is_number(schema.field(name).type)
        ]
    if weight is None and WEIGHT in known:
        weight = WEIGHT
    rows = None if channel is None else _rows_of(path, known, channel)

    def read(names: list[str]) -> dict[str, Array]:
        # One column after the other, so that no more than one is held twice.
        return {name: _column(source, file, name, rows) for name in names}

    return select(source, known, read, wanted(source, observables), selection, weight)


def _rows_of(source: Path, known: list[str], channel: str) -> NDArray[np.bool_]:
    """Which rows belong to a channel; the file gives labels as indices into the few there are."""

    if CHANNEL not in known:
        raise DataError(
            f"{source}: has no column {CHANNEL!r} to find the channel {channel!r} by; "
            "write one, or remove `channel` to read all rows"
        )
    with ParquetFile(source, read_dictionary=[CHANNEL]) as file:
        labels = _read_one(str(source), file, CHANNEL)
    text = labels.type.value_type if pa.types.is_dictionary(labels.type) else labels.type
    if not (pa.types.is_string(text) or pa.types.is_large_string(text)):
        raise DataError(f"{source}: column {CHANNEL!r} holds {labels.type}, not text")
    present: set[str] = set()
    rows = [np.zeros(0, dtype=np.bool_)]
    for chunk in labels.chunks:
        names = chunk.dictionary.to_pylist()
        present |= {str(name) for name in names}
        index = names.index(channel) if channel in names else -1
        found = to_numpy(chunk.indices) == index
        rows.append(found & _bits(chunk, 0) if chunk.null_count else found)
    if channel not in present:
        raise DataError(f"{source}: no row has {CHANNEL} {channel!r}{nearest(channel, present)}")
    return np.concatenate(rows)


def _column(source: str, file: Any, name: str, rows: NDArray[np.bool_] | None) -> Array:
    values = _read_one(source, file, name)
    if not _is_number(values.type):
        what = "lists" if hasattr(values.type, "value_type") else str(values.type)
        raise DataError(f"{source}: column {name!r} holds {what}, not one number per event")
    if values.null_count:
        first = values.is_null().index(True).as_py()
        raise DataError(
            f"{source}: column {name!r}: {values.null_count} of {len(values)} values are missing "
            f"(first in row {first}); fill or drop them"
        )
    parts = [to_numpy(chunk) for chunk in values.chunks]
    column = parts[0] if len(parts) == 1 else np.concatenate([np.zeros(0), *parts])
    return as_column(f"{source}: column {name!r}", column if rows is None else column[rows])


def to_numpy(chunk: Any) -> NDArray[Any]:
    """The numbers of an Arrow array without missing values, viewed.

    Arrow's own conversion imports pandas where it is installed, which takes a quarter of a second.
    """

    if pa.types.is_boolean(chunk.type):
        return _bits(chunk, 1)
    buffer = chunk.buffers()[1]
    kind = np.dtype(chunk.type.to_pandas_dtype())
    if buffer is None:
        return np.zeros(0, dtype=kind)
    return np.frombuffer(buffer, dtype=kind)[chunk.offset : chunk.offset + len(chunk)]


def _bits(chunk: Any, buffer: int) -> NDArray[np.bool_]:
    """The validity (buffer 0) or the truth values (buffer 1) of an Arrow array, eight to a byte."""
    held = chunk.buffers()[buffer]
    packed = np.frombuffer(held or b"", dtype=np.uint8)
    found = np.unpackbits(packed, count=chunk.offset + len(chunk) if held else 0, bitorder="little")
    return found[chunk.offset :].astype(np.bool_)


def _read_one(source: str, file: Any, name: str) -> Any:
    table = file.read([name], use_threads=False)
    if table.num_columns != 1:
        raise DataError(f"{source}: {table.num_columns} columns are named {name!r}; rename them")
    return table.column(0)


def _is_number(kind: Any) -> bool:

    types = pa.types
    return bool(types.is_floating(kind) or types.is_integer(kind) or types.is_boolean(kind))


def _first_line(problem: BaseException) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0][:200]
