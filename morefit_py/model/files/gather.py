"""Selected rows put together to columns, in memory or on disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Self

import numpy as np

from morefit_py.model.columns.disk import Array, DiskColumn
from morefit_py.model.files.origin import Origin
from morefit_py.model.files.readers import Selected


class MemoryColumn:
    """A column that is put together in memory: at its place where its length is known before."""

    def __init__(self, rows: int | None) -> None:
        self._whole = None if rows is None else np.empty(rows)
        self._filled = 0
        self._pieces: list[Array] = []

    def append(self, values: Array) -> None:
        """The next rows."""
        if self._whole is None:
            # A view would hold all that was read with it.
            self._pieces.append(values.copy())
        else:
            self._whole[self._filled : self._filled + len(values)] = values
        self._filled += len(values)

    def close(self) -> None:
        """Nothing to give up."""

    def finish(self) -> Array:
        """The whole column."""
        if self._whole is not None:
            return self._whole[: self._filled]
        found = np.concatenate([np.zeros(0), *self._pieces])
        self._pieces.clear()
        return found


class Gathering:
    """Columns that grow by the same rows, in memory, or on disk if a folder is given.

    `rows` is their length where it is known before. Weights are the column None.
    """

    def __init__(self, where: Path | None) -> None:
        self.rows: int | None = None
        self._where = where
        self._columns: dict[str | None, MemoryColumn | DiskColumn] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for column in self._columns.values():
            column.close()

    def add(self, columns: Mapping[str, Array], weights: Array | None) -> None:
        """The next rows of every column."""
        found: list[tuple[str | None, Array]] = [*columns.items()]
        if weights is not None:
            found.append((None, weights))
        for name, values in found:
            if name not in self._columns:
                made = MemoryColumn(self.rows) if self._where is None else DiskColumn(self._where)
                self._columns[name] = made
            self._columns[name].append(values)

    def finish(self) -> tuple[dict[str, Array], Array | None]:
        """The whole columns and weights."""
        whole = {name: column.finish() for name, column in self._columns.items()}
        weights = whole.pop(None, None)
        return {name: column for name, column in whole.items() if name is not None}, weights


def gather(
    parts: Iterable[Selected], where: Path | None, all_rows: bool
) -> tuple[dict[str, Array], Array | None, Origin]:
    """The columns and weights of selected rows, and where they came from; on disk if a folder is given.

    `all_rows` says that every row is selected, so that no column needs to grow.
    """
    origin = Origin()
    with Gathering(where) as gathering:
        for part in parts:
            if all_rows:
                gathering.rows = part.most
            gathering.add(part.columns, part.weights)
            origin.add(part.source, part.first, part.count, part.kept)
        return *gathering.finish(), origin
