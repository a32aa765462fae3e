"""Where the rows of a data set stood in the files they were read from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from morefit_py.model.columns.values import Bits


@dataclass(frozen=True)
class Piece:
    """Rows of a file from row `first`: all of `count`, or those whose bit is set in `kept`."""

    source: str
    first: int
    count: int
    kept: NDArray[np.uint8] | None
    size: int


class Origin:
    """The pieces of files that a data set was put together from, at one bit a row that was read."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []

    def add(self, source: str, first: int, count: int, kept: Bits | None) -> None:
        """The next rows are these."""
        if kept is not None:
            size = int(np.count_nonzero(kept))
            if size:
                self._pieces.append(Piece(source, first, count, np.packbits(kept), size))
            return
        last = self._pieces[-1] if self._pieces else Piece("", 0, 0, None, 0)
        if last.kept is None and (last.source, last.first + last.count) == (source, first):
            self._pieces[-1] = Piece(source, last.first, last.count + count, None, last.count + count)
        elif count:
            self._pieces.append(Piece(source, first, count, None, count))

    def where(self, row: int) -> str:
        """The number of a row in its file, with the file where there are several."""
        several = len({piece.source for piece in self._pieces}) > 1
        for piece in self._pieces:
            if row < piece.size:
                if piece.kept is not None:
                    row = int(np.flatnonzero(np.unpackbits(piece.kept, count=piece.count))[row])
                return f"row {piece.first + row}" + (f" of {piece.source}" if several else "")
            row -= piece.size
        raise IndexError(row)
