"""Events written to a Parquet file: a column of float64 an observable, weights, a channel, the bounds."""

from __future__ import annotations

import json
import math
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow.parquet import ParquetWriter

from morefit_py.errors import DataError
from morefit_py.graph.symbols import WEIGHT, Observable
from morefit_py.model.columns.as_column import check_values
from morefit_py.model.columns.disk import Array
from morefit_py.model.files.read_parquet import BOUNDS_KEY, CHANNEL
from morefit_py.model.files.readers import Selected

_VERSION = {b"nextstat.schema_version": b"nextstat_unbinned_events_v1"}
# Rows that are compressed together.
ROW_GROUP = 1 << 20


def write_parquet(
    path: Path,
    parts: Iterable[Selected],
    observables: Sequence[str | Observable],
    channel: str | None = None,
    check_weights: bool = False,
) -> int:
    """Write events to a file, which appears only once it is whole, and return how many there are.

    The values of an `Observable` must be finite and inside its bounds, and with `check_weights` weights must
    be finite and not negative. Raises DataError where they are not, and for a file that cannot be written.
    """
    names = [x.name if isinstance(x, Observable) else x for x in observables]
    for name in names:
        if name in (WEIGHT, CHANNEL):
            raise DataError(f"{path}: a column of events cannot be called {name!r}; rename it")
        if names.count(name) > 1:
            raise DataError(f"{path}: the column {name!r} is asked for {names.count(name)} times")
    bounds = {x.name: (x.low, x.high) for x in observables if isinstance(x, Observable)}
    total = 0
    with replaced(path) as temporary, ExitStack() as stack:
        writer: Any = None
        for columns in _row_groups(_checked(parts, observables, check_weights), names):
            table = _table(columns, channel, bounds)
            if writer is None:
                options = {"compression": "zstd", "use_dictionary": [CHANNEL]}
                writer = stack.enter_context(ParquetWriter(temporary, table.schema, **options))
            writer.write_table(table)
            total += table.num_rows
    return total


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """A file to write beside a path, which it replaces when it is done, and which it leaves alone otherwise.

    Raises DataError where it cannot be written.
    """
    temporary = path.parent / f".{path.name}.{secrets.token_hex(4)}"
    try:
        yield temporary
        with temporary.open("rb") as done:
            os.fsync(done.fileno())
        temporary.replace(path)
    except (OSError, pa.ArrowException) as problem:
        number = getattr(problem, "errno", None)
        reason = os.strerror(number) if number else str(problem).splitlines()[0]
        raise DataError(f"{path}: cannot be written ({reason})") from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def _checked(
    parts: Iterable[Selected], observables: Sequence[str | Observable], weights: bool
) -> Iterator[Selected]:
    for part in parts:
        for x in observables:
            if isinstance(x, Observable) and len(part):
                remedy = "select the events or change the bounds, values are never cut silently"
                where = f"{part.source}: observable {x.name!r}"
                check_values(where, part.columns[x.name], x.low, x.high, remedy, part.row)
        if weights and part.weights is not None and len(part):
            remedy = "a weight must be finite and >= 0"
            check_values(f"{part.source}: weights", part.weights, 0.0, np.inf, remedy, part.row)
        yield part


def _row_groups(parts: Iterable[Selected], names: Sequence[str]) -> Iterator[dict[str, Array]]:
    """The columns and weights of so many rows at a time, at least once."""
    waiting: list[dict[str, Array]] = []
    rows, any_rows = 0, False
    for part in parts:
        columns = {name: part.columns[name] for name in names}
        if part.weights is not None:
            columns[WEIGHT] = part.weights
        waiting.append(columns)
        rows += len(part)
        if rows >= ROW_GROUP:
            yield _together(waiting)
            waiting, rows, any_rows = [], 0, True
    if rows or not any_rows:
        yield _together(waiting or [{name: np.zeros(0) for name in names}])


def _together(waiting: list[dict[str, Array]]) -> dict[str, Array]:
    return {name: np.concatenate([columns[name] for columns in waiting]) for name in waiting[0]}


def _table(
    columns: Mapping[str, Array], channel: str | None, bounds: Mapping[str, tuple[float, float]]
) -> Any:
    arrays = [
        pa.Array.from_buffers(pa.float64(), len(column), [None, pa.py_buffer(column)])
        for column in columns.values()
    ]
    fields = [pa.field(name, pa.float64(), nullable=False) for name in columns]
    if channel is not None:
        arrays.append(pa.repeat(channel, len(arrays[0])))
        fields.append(pa.field(CHANNEL, pa.string(), nullable=False))
    # JSON has no infinity.
    known = [
        {"name": name, "bounds": [low, high]}
        for name, (low, high) in bounds.items()
        if math.isfinite(low) and math.isfinite(high)
    ]
    metadata = {**_VERSION, BOUNDS_KEY: json.dumps(known).encode()}
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=metadata))
