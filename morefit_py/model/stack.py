"""Data sets of one channel side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError
from morefit_py.graph.symbols import Observable
from morefit_py.model.binned import COUNT, VARIANCE, Binned, Statistic
from morefit_py.model.dataset import Dataset
from morefit_py.model.toys import Toys

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Stack:
    """T data sets, one after the other in the same columns; number t has rows offsets[t] to offsets[t + 1].

    `statistic` is what is minimised where the rows are bins, whose `edges` all data sets share.
    """

    columns: Mapping[str, Array]
    offsets: NDArray[np.int64]
    weights: Array | None = None
    statistic: Statistic | None = None
    edges: Mapping[str, Array] | None = None
    source: str = "data set"
    signed: bool = False

    @classmethod
    def of(cls, sets: Sequence[Dataset]) -> Stack:
        """Data sets of the same columns, copied; raises DataError where they are not alike."""
        if not sets:
            raise DataError("no data sets are given; give one or more")
        first = sets[0]
        statistic, edges = (first.statistic, first.edges) if isinstance(first, Binned) else (None, None)
        for number, one in enumerate(sets):
            where = f"data set {number} ({one.source})"
            if set(one.columns) != set(first.columns):
                raise DataError(
                    f"{where}: its columns are {sorted(one.columns)}, not {sorted(first.columns)}"
                )
            if (one.weights is None) != (first.weights is None):
                raise DataError(f"{where}: weights must be given for all data sets or for none")
            if edges is not None and not _same_bins(one, edges, statistic):
                raise DataError(f"{where}: it is not in the bins of the first, with what is minimised there")
        return cls(
            {name: np.concatenate([one.columns[name] for one in sets]) for name in first.columns},
            np.concatenate([[0], np.cumsum([len(one) for one in sets])]).astype(np.int64),
            None if first.weights is None else np.concatenate([_weights(one) for one in sets]),
            statistic,
            edges,
            first.source,
            any(one.signed for one in sets),
        )

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def rows(self) -> int:
        """The rows of all data sets."""
        return int(self.offsets[-1])

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]

    def one(self, number: int) -> Dataset:
        """One of the data sets, not copied."""
        rows = slice(*self.offsets[number : number + 2].tolist())
        columns = {name: held[rows] for name, held in self.columns.items()}
        source = f"{self.source} {number}"
        if self.statistic is not None:
            return Binned(columns, None, source, edges=self.edges or {}, statistic=self.statistic)
        weights = None if self.weights is None else self.weights[rows]
        return Dataset(columns, weights, source, signed=self.signed)

    def some(self, numbers: Sequence[int]) -> Stack:
        """These of the data sets, copied."""
        return Stack.of([self.one(number) for number in numbers])

    @property
    def is_weighted(self) -> bool:
        """Whether what is minimised takes variances for something else than they are."""
        if self.statistic is None:
            return self.weights is not None
        alike = np.array_equal(self.columns[COUNT], self.columns[VARIANCE])
        return self.statistic != "neyman" and not alike

    def problems(self, observables: Iterable[Observable]) -> dict[int, str]:
        """Why some of the data sets cannot be fitted, by number; empty where all can."""
        wanted = list(observables)
        if self._sound(wanted):
            return {}
        found = {}
        for number in range(len(self)):
            try:
                self.one(number).check(wanted)
            except DataError as problem:
                found[number] = str(problem)
        return found

    def _sound(self, observables: Sequence[Observable]) -> bool:
        """Whether all events at once show that nothing is wrong with any data set."""
        if self.statistic is not None or self.weights is not None or not np.diff(self.offsets).all():
            return False
        return all(
            x.name in self.columns and bool(np.all((self[x.name] >= x.low) & (self[x.name] <= x.high)))
            for x in observables
        )


def stacked(toys: Toys) -> dict[str, Stack]:
    """Toys as they were drawn, by channel, not copied."""
    return {
        name: Stack(columns, toys.offsets[name], source=f"channel {name!r}, toy")
        for name, columns in toys.columns.items()
    }


def _weights(dataset: Dataset) -> Array:
    assert dataset.weights is not None
    return dataset.weights


def _same_bins(dataset: Dataset, edges: Mapping[str, Array], statistic: Statistic | None) -> bool:
    return (
        isinstance(dataset, Binned)
        and dataset.statistic == statistic
        and all(np.array_equal(dataset.edges[name], held) for name, held in edges.items())
    )
