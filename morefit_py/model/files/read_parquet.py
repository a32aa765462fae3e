"""Columns of a Parquet file, through pyarrow."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow.parquet import ParquetFile

from morefit_py.errors import DataError, nearest
from morefit_py.graph.symbols import WEIGHT
from morefit_py.model.columns.values import Bits, Values, union
from morefit_py.model.files.manifest import verify
from morefit_py.model.files.paths import Paths, existing_file, existing_files, shown
from morefit_py.model.files.readers import Query, Selected, select
from morefit_py.model.files.source import BLOCK, Block, Source

CHANNEL = "_channel"
BOUNDS_KEY = b"nextstat.observables"
# What is read from the file at once, so that memory does not grow with the size of its row groups.
_BUFFER = 1 << 20


def read_parquet(
    paths: Paths, query: Query, channel: str | None, checked: bool | None, progress: bool | None
) -> tuple[str, Iterator[Selected]]:
    """What stands for files in messages, and their selected rows, block by block.

    Files are held against their manifests where there are any, unless `checked` is False. Raises DataError
    for files that cannot be read, and for missing columns, channels and values.
    """
    files = existing_files(paths)
    label = shown(paths)
    if checked is not False:
        for file in files:
            with parquet_source(file) as source:
                rows = source.rows
            verify(file, rows, checked is True, progress)
    if channel is not None:
        label = f"{label} channel {channel!r}"
        _find(files, channel)
    return label, select(files, partial(parquet_source, channel=channel), query, label, progress)


def written_bounds(paths: Paths) -> dict[str, tuple[float, float]]:
    """The bounds that columns were written with, the narrowest of all files, as far as files tell."""
    found: dict[str, tuple[float, float]] = {}
    for path in existing_files(paths):
        with parquet_source(path) as source:
            assert isinstance(source, ParquetSource)
            for name, (low, high) in source.bounds.items():
                known = found.get(name, (low, high))
                found[name] = (max(low, known[0]), min(high, known[1]))
    return found


def _find(files: list[Path], channel: str) -> None:
    """Raises DataError unless a channel is in one of several files; reads no further than its first row."""
    labels: set[str] = set()
    for path in files:
        with parquet_source(path, channel) as source:
            assert isinstance(source, ParquetSource)
            source.check([])
            for names in source.labels():
                labels |= names
                if channel in labels:
                    return
    raise DataError(f"{shown(files)}: no row has {CHANNEL} {channel!r}{nearest(channel, labels)}")


@contextmanager
def parquet_source(path: Path, channel: str | None = None) -> Iterator[Source]:
    """A Parquet file, open, with all rows or those of a channel.

    Raises DataError for a file that cannot be read, and for columns and channels that are not there.
    """
    source = existing_file(path)
    try:
        # Not mapped into memory: a file that is cut while mapped would end the process.
        with ParquetFile(source) as file:
            known = file.metadata
        labels = [] if channel is None or CHANNEL not in known.schema.names else [CHANNEL]
        options = {"metadata": known, "read_dictionary": labels, "buffer_size": _BUFFER, "pre_buffer": False}
        with ParquetFile(source, **options) as file:
            yield ParquetSource(str(path), file, channel)
    except (pa.ArrowException, OSError) as problem:
        raise DataError(
            f"{path}: cannot be read as Parquet, or is truncated ({_first_line(problem)})"
        ) from None


class ParquetSource(Source):
    """The columns of a Parquet file; a value that is null is missing."""

    def __init__(self, path: str, file: Any, channel: str | None) -> None:
        self.name = path
        self.rows = int(file.metadata.num_rows)
        self._file = file
        self._schema = file.schema_arrow
        self._channel = channel
        names = [str(name) for name in self._schema.names]
        self._names = names
        self.known = dict.fromkeys(names).keys()
        self.numbers = [
            name for name in self.known if not name.startswith("_") and self._is(name, _is_number)
        ]
        self.weight = WEIGHT if WEIGHT in self.known else None

    def _is(self, name: str, of_kind: Any) -> bool:
        return all(of_kind(self._schema.field(i).type) for i in self._schema.get_all_field_indices(name))

    def check(self, names: Sequence[str]) -> None:
        asked = list(names) if self._channel is None else [*names, CHANNEL]
        if self._channel is not None and CHANNEL not in self.known:
            raise DataError(
                f"{self.name}: has no column {CHANNEL!r} to find the channel {self._channel!r} by; "
                "write one, or remove `channel` to read all rows"
            )
        for name in asked:
            if self._names.count(name) > 1:
                raise DataError(
                    f"{self.name}: {self._names.count(name)} columns are named {name!r}; rename them"
                )
            kind = self._schema.field(name).type
            if name == CHANNEL and self._channel is not None:
                if not _is_text(kind):
                    raise DataError(f"{self.name}: column {CHANNEL!r} holds {kind}, not text")
            elif not _is_number(_innermost(kind)):
                raise DataError(f"{self.name}: column {name!r} holds {kind}, not numbers or lists of them")

    def blocks(self, names: Sequence[str]) -> Iterator[Block]:
        asked = list(names) if self._channel is None else list({*names, CHANNEL})
        first = 0
        if not asked:
            for first in range(0, self.rows, BLOCK):
                yield Block(first, min(BLOCK, self.rows - first), {})
            return
        for batch in self._file.iter_batches(batch_size=BLOCK, columns=asked, use_threads=False):
            columns = {name: _values(batch.column(name)) for name in names}
            kept = None if self._channel is None else self._in_channel(batch.column(CHANNEL))
            yield Block(first, batch.num_rows, columns, kept)
            first += batch.num_rows

    @property
    def bounds(self) -> dict[str, tuple[float, float]]:
        """The bounds that columns were written with, empty where the file does not tell."""
        try:
            held = json.loads((self._schema.metadata or {}).get(BOUNDS_KEY, b"[]"))
            return {entry["name"]: (float(entry["bounds"][0]), float(entry["bounds"][1])) for entry in held}
        except (ValueError, TypeError, LookupError):
            return {}

    def labels(self) -> Iterator[set[str]]:
        """The channels that rows have, block by block."""
        for batch in self._file.iter_batches(batch_size=BLOCK, columns=[CHANNEL], use_threads=False):
            labels = batch.column(CHANNEL)
            names = labels.dictionary.to_pylist()
            held = to_numpy(labels.indices)
            used = np.unique(held[_bits(labels, 0)] if labels.null_count else held)
            yield {str(names[index]) for index in used}

    def _in_channel(self, labels: Any) -> Bits:
        """Which rows belong to the channel; the file gives labels as indices into the few there are."""
        names = [str(name) for name in labels.dictionary.to_pylist()]
        index = names.index(self._channel) if self._channel in names else -1
        found = to_numpy(labels.indices) == index
        return np.asarray(found & _bits(labels, 0) if labels.null_count else found)


def _values(held: Any) -> Values:
    """An Arrow array of numbers or of lists as values, viewed where it can be."""
    if not hasattr(held.type, "value_type") or pa.types.is_dictionary(held.type):
        missing = ~_bits(held, 0) if held.null_count else None
        return Values(to_numpy(held), missing)
    rows = len(held)
    if pa.types.is_fixed_size_list(held.type):
        size = held.type.list_size
        offsets = np.arange(rows + 1, dtype=np.int64) * size
        inner = held.values[held.offset * size : (held.offset + rows) * size]
    else:
        offsets = to_numpy(held.offsets).astype(np.int64)
        inner = held.values[int(offsets[0]) : int(offsets[-1])]
        offsets = offsets - offsets[0]
    found = _values(inner)
    missing = found.missing
    if held.null_count and not found.lists:
        # Every element of a list that is not there is missing.
        missing = union(missing, np.repeat(~_bits(held, 0), np.diff(offsets)))
    return Values(found.data, missing, (offsets, *found.lists))


def to_numpy(chunk: Any) -> NDArray[Any]:
    """The numbers of an Arrow array, viewed; where one is missing stands anything.

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


def _innermost(kind: Any) -> Any:
    """The type of the elements of lists, of lists of lists, and so on."""
    types = pa.types
    while types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        kind = kind.value_type
    return kind


def _is_number(kind: Any) -> bool:
    types = pa.types
    return bool(types.is_floating(kind) or types.is_integer(kind) or types.is_boolean(kind))


def _is_text(kind: Any) -> bool:
    types = pa.types
    held = kind.value_type if types.is_dictionary(kind) else kind
    return bool(types.is_string(held) or types.is_large_string(held))


def _first_line(problem: BaseException) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0][:200]
