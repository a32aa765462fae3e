"""Data of one channel: columns of equal length, with weights if there are any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from morefit_py.errors import DataError, nearest
from morefit_py.graph.symbols import WEIGHT, Observable
from morefit_py.model.columns import Array, as_column, check_values
from morefit_py.model.read_parquet import read_parquet
from morefit_py.model.readers import Observables, wanted

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Dataset:
    """Named columns of float64, one row an event; `weights` multiply each event's log-likelihood.

    Made by `from_numpy`, `from_pandas`, `from_parquet` or `from_root`; `source` is what errors name.
    Arrays that are contiguous float64 already are viewed, not copied: do not change them afterwards.
    """

    columns: Mapping[str, Array]
    weights: Array | None = None
    source: str = "data"

    @classmethod
    def from_numpy(cls, columns: Mapping[str, Any], weights: Any = None, source: str = "data") -> Dataset:
        """Arrays by name; raises DataError unless they are one-dimensional numbers of equal length."""
        if not isinstance(columns, Mapping):
            raise DataError(
                f"{source}: expected a mapping from name to array, found {type(columns).__name__}"
            )
        held = {name: as_column(f"{source}: column {name!r}", values) for name, values in columns.items()}
        weight = None if weights is None else as_column(f"{source}: weights", weights)
        lengths = {name: len(values) for name, values in held.items()}
        if weight is not None:
            lengths[WEIGHT] = len(weight)
        if not held:
            raise DataError(f"{source}: no columns are given")
        if len(set(lengths.values())) > 1:
            raise DataError(f"{source}: columns differ in length: {lengths}")
        return cls(held, weight, source)

    @classmethod
    def from_pandas(
        cls,
        frame: pd.DataFrame,
        observables: Iterable[str | Observable] | None = None,
        weights: str | None = None,
        source: str = "data",
    ) -> Dataset:
        """Columns of a data frame: the given ones, or all that hold numbers.

        Weights are the column `weights`, or `_weight` where there is one. Raises DataError for a
        column that is missing or not numeric.
        """
        from morefit_py.model.read_pandas import read_pandas

        names = None if observables is None else list(wanted(source, observables))
        return cls.from_numpy(*read_pandas(frame, names, weights, source), source)

    @classmethod
    def from_parquet(
        cls,
        path: str | PathLike[str],
        observables: Observables | None = None,
        *,
        channel: str | None = None,
        selection: str | None = None,
        weight: str | None = None,
    ) -> Dataset:
        """Columns of a Parquet file: the given ones, or all that hold numbers.

        `observables` are names, or a mapping from names to expressions of the file's columns.
        `channel` keeps the rows whose `_channel` is that; `selection` those where it is finite and
        not zero; weights are the expression `weight`, or the column `_weight` where there is one.
        Raises DataError for a file that cannot be read, and for missing columns and values.
        """
        source = str(path) if channel is None else f"{path} channel {channel!r}"
        columns, weights = read_parquet(path, observables, channel, selection, weight)
        return cls.from_numpy(columns, weights, source)

    @classmethod
    def from_root(
        cls,
        path: str | PathLike[str],
        tree: str,
        observables: Observables,
        *,
        selection: str | None = None,
        weight: str | None = None,
    ) -> Dataset:
        """Columns of a TTree or RNTuple, read through uproot; only the branches needed are read.

        `observables` are names of branches, or a mapping from names to expressions of branches;
        `selection` keeps the rows where it is finite and not zero. Raises DataError for a file, tree
        or branch that cannot be read, for branches without exactly one number per event, and where
        uproot is not installed.
        """
        from morefit_py.model.read_root import read_root

        columns, weights = read_root(path, tree, observables, selection, weight)
        return cls.from_numpy(columns, weights, f"{path} {tree}")

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the columns and weights, by name and value."""
        total = sha256(len(self).to_bytes(8, "little"))
        for name in sorted(self.columns):
            total.update(name.encode() + b"\0")
            total.update(self.columns[name].data)
        if self.weights is not None:
            total.update(WEIGHT.encode() + b"\0")
            total.update(self.weights.data)
        return total.hexdigest()

    @property
    def sum_of_weights(self) -> float:
        """The sum of the weights, the number of events without."""
        return float(len(self)) if self.weights is None else float(np.sum(self.weights))

    @property
    def effective_events(self) -> float:
        """(sum w)^2 / sum w^2, the size of an unweighted sample of the same precision."""
        if self.weights is None:
            return float(len(self))
        squares = float(np.dot(self.weights, self.weights))
        return self.sum_of_weights**2 / squares if squares else 0.0

    def check(self, observables: Iterable[Observable]) -> None:
        """Raises DataError unless the data can be fitted in these observables.

        Every value must be finite and inside its bounds (never silently cut), weights finite, not
        negative and not all zero, and there must be at least one event.
        """
        if len(self) == 0:
            raise DataError(f"{self.source}: there are no events; check the selection and the channel name")
        for x in observables:
            if x.name not in self.columns:
                raise DataError(f"{self.source}: no column {x.name!r}{nearest(x.name, self.columns)}")
            remedy = "select the events or change the bounds, values are never cut silently"
            check_values(f"{self.source}: observable {x.name!r}", self.columns[x.name], x.low, x.high, remedy)
        if self.weights is not None:
            remedy = "a weight must be finite and >= 0"
            check_values(f"{self.source}: weights", self.weights, 0.0, np.inf, remedy)
            if not np.any(self.weights):
                raise DataError(f"{self.source}: all weights are zero, so nothing would be fitted")
