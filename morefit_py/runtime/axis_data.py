"""The rows that a program goes through: of one data set, or of many side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class AxisData:
    """The rows of one axis by column name, with the weight column where the data are weighted.

    What derives from them goes to files in `folder`, or to memory without one.
    """

    columns: Mapping[str, Array]
    rows: int
    folder: Path | None = None


@dataclass(frozen=True)
class BatchAxis:
    """The rows of one axis for T data sets side by side, by column name.

    Data set t has the rows offsets[t] to offsets[t + 1]; without offsets every one has all rows.
    """

    columns: Mapping[str, Array]
    rows: int
    offsets: NDArray[np.int64] | None = None

    def one(self, number: int) -> AxisData:
        """The rows of one data set, not copied."""
        if self.offsets is None:
            return self.whole
        begin, end = self.offsets[number : number + 2].tolist()
        return AxisData({name: held[begin:end] for name, held in self.columns.items()}, end - begin)

    @property
    def whole(self) -> AxisData:
        """The rows of all data sets, one after the other."""
        return AxisData(self.columns, self.rows)

    def bounds(self, sets: int) -> NDArray[np.int64]:
        """Where the rows of each data set begin and end, (T, 2)."""
        if self.offsets is None:
            return np.tile(np.array([0, self.rows], dtype=np.int64), (sets, 1))
        return np.stack([self.offsets[:-1], self.offsets[1:]], axis=1)

    @property
    def longest(self) -> int:
        """The rows of the data set that has most."""
        return self.rows if self.offsets is None else int(np.diff(self.offsets).max(initial=0))
