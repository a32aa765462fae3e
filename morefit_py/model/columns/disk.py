"""Columns that are on disk, in files without a name that end with the process, and mapped into memory.

What is mapped counts as memory of the process while it is there, so whoever goes through a column block by
block says when a block is done with.
"""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError

Array = NDArray[np.float64]
# Bytes of a column that are gone through at once.
BLOCK_BYTES = 1 << 25


def folder(stream: bool | str | os.PathLike[str]) -> Path | None:
    """Where columns go that are not to be in memory: None for False, a folder of large files for True.

    That is TMPDIR where it is set, else /var/tmp where it is there, which, unlike /tmp, is never in memory.
    Raises DataError for a folder that cannot be written.
    """
    if stream is False:
        return None
    if stream is True:
        large = Path("/var/tmp")
        usable = "TMPDIR" not in os.environ and large.is_dir() and os.access(large, os.W_OK)
        return large if usable else Path(tempfile.gettempdir())
    found = Path(stream)
    if not found.is_dir() or not os.access(found, os.W_OK):
        raise DataError(f"{found}: is not a folder that can be written; stream= needs one")
    return found


class DiskColumn:
    """A column that is written piece by piece, and then mapped."""

    def __init__(self, where: Path) -> None:
        self._where = where
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=where, buffering=0)  # noqa: SIM115 - until `finish`
        self._rows = 0

    def append(self, values: Array) -> None:
        """The next rows; raises DataError where the disk is full."""
        left = np.ascontiguousarray(values).data.cast("B")
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError as problem:
            raise DataError(
                f"{self._where}: cannot hold the columns ({problem.strerror}); give stream= another folder"
            ) from None
        self._rows += len(values)

    def finish(self) -> Array:
        """The whole column, read-only."""
        with self._file as file:
            if not self._rows:
                return np.zeros(0)
            return np.memmap(file, dtype=np.float64, mode="r", shape=(self._rows,))

    def close(self) -> None:
        """Give the file up; a column that is finished stays."""
        self._file.close()


def mapping(column: Array) -> np.memmap[tuple[int], np.dtype[np.float64]] | None:
    """The map of a file that a column is a view of; None for one in memory."""
    held: object = column
    while isinstance(held, np.ndarray):
        # A private map loses what was written to it when it is forgotten.
        if isinstance(held, np.memmap) and isinstance(held.base, mmap.mmap):
            return held if held.mode in ("r", "r+") else None
        held = held.base
    return None


def forget(column: Array, begin: int = 0, end: int | None = None) -> None:
    """Rows of a mapped column need not stay in memory; they are read again when they are used."""
    _advise("MADV_DONTNEED", column, begin, end)


def expect(column: Array, begin: int = 0, end: int | None = None) -> None:
    """Rows of a mapped column are used next, and may be read from the disk meanwhile."""
    _advise("MADV_WILLNEED", column, begin, end)


def _advise(advice: str, column: Array, begin: int, end: int | None) -> None:
    held = mapping(column)
    rows = column[begin:end]
    if held is None or not len(rows) or not hasattr(mmap, advice):
        return
    file = held.base
    assert isinstance(file, mmap.mmap)
    # A map begins at a page; what a file may have before the numbers counts.
    start = rows.ctypes.data - np.frombuffer(file, dtype=np.uint8, count=1).ctypes.data
    page = start // mmap.PAGESIZE * mmap.PAGESIZE
    file.madvise(getattr(mmap, advice), page, start + rows.nbytes - page)


def blocks(*columns: Array, size: int = 0) -> Iterator[tuple[int, tuple[Array, ...]]]:
    """The first row and the rows of each block of columns of equal length; mapped ones are let go again.

    `size` is the number of rows of a block.
    """
    rows = len(columns[0])
    size = size or max(1, BLOCK_BYTES // 8)
    for begin in range(0, rows, size):
        yield begin, tuple(column[begin : begin + size] for column in columns)
        for column in columns:
            forget(column, begin, begin + size)
