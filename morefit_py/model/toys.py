"""Many toys of a model, their events one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from morefit_py.model.dataset import Dataset

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Toys:
    """Toys by their seeds: for each channel its columns, contiguous, of the events of all toys in order.

    The events of toy i in a channel are the rows offsets[channel][i] to offsets[channel][i + 1] of its
    columns, where offsets are int64 of shape (toys + 1).
    """

    seeds: tuple[int, ...]
    columns: Mapping[str, Mapping[str, Array]]
    offsets: Mapping[str, NDArray[np.int64]]

    def __len__(self) -> int:
        return len(self.seeds)

    def __getitem__(self, toy: int) -> Dataset | dict[str, Dataset]:
        """One toy as `sample` gives it: a Dataset, or one by channel, of slices of the columns."""
        found = self.channels_of(toy)
        return found if len(found) > 1 else next(iter(found.values()))

    def channels_of(self, toy: int) -> dict[str, Dataset]:
        """One toy by channel, however many there are; raises IndexError for a toy that is not there."""
        number = range(len(self))[toy]
        found = {}
        for name, columns in self.columns.items():
            begin, end = self.offsets[name][number : number + 2]
            held = {column: values[begin:end] for column, values in columns.items()}
            found[name] = Dataset.from_numpy(held, source=f"toy {self.seeds[number]} of channel {name!r}")
        return found

    def counts(self, channel: str) -> NDArray[np.int64]:
        """How many events each toy has in a channel."""
        return np.diff(self.offsets[channel])
