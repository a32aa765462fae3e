"""Data of one channel: columns of equal length, with weights if there are any."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from morefit_py.errors import DataError
from morefit_py.graph.symbols import WEIGHT, Observable
from morefit_py.model import parts
from morefit_py.model.columns.as_column import as_column
from morefit_py.model.columns.disk import Array, blocks, folder
from morefit_py.model.files.gather import gather
from morefit_py.model.files.origin import Origin
from morefit_py.model.files.paths import Paths
from morefit_py.model.files.readers import Observables, Query, wanted
from morefit_py.model.fittable import check_fittable

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Dataset:
    """Named columns of float64, one row an event; `weights` multiply each event's log-likelihood.

    Made by `from_numpy`, `from_pandas`, `from_parquet` or `from_root`; `source` is what errors name, and
    `origin` where its rows stood there. Arrays that are contiguous float64 already are viewed, not copied:
    do not change them afterwards. Columns made with `stream` are files in `folder`, mapped into memory, which
    checks and likelihoods go through block by block. `bounds` are those the columns were written with.
    `signed` weights may be negative, as sWeights are; others may not.
    """

    columns: Mapping[str, Array]
    weights: Array | None = None
    source: str = "data"
    origin: Origin | None = None
    folder: Path | None = None
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    signed: bool = False

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
        from morefit_py.model.columns.read_pandas import read_pandas

        names = None if observables is None else list(wanted(source, observables))
        return cls.from_numpy(*read_pandas(frame, names, weights, source), source)

    @classmethod
    def from_parquet(
        cls,
        path: Paths,
        observables: Observables | None = None,
        *,
        channel: str | None = None,
        selection: str | None = None,
        weight: str | None = None,
        max_events: int | None = None,
        verify: bool | None = None,
        stream: bool | str | PathLike[str] = False,
        progress: bool | None = None,
    ) -> Dataset:
        """Columns of Parquet files: the given ones, or all that hold numbers.

        `path` is a file, a pattern such as "data/*.parquet", or several of these, read one after the other.
        `observables` are names, or a mapping from names to expressions of the file's columns. `channel` keeps
        the rows whose `_channel` is that; `selection` those where it is finite and not zero, of which
        `max_events` are the first ones; weights are the expression `weight`, or the column `_weight` where
        there is one. A manifest beside the file is held against it unless `verify` is False, and must be
        there if it is True. With `stream` the columns are on disk, in the folder given or one for temporary
        files. A bar shows the progress of what takes long, if `progress` is True, or None and stderr is a
        terminal. Raises DataError for a file that cannot be read, and for missing columns and values.
        """
        from morefit_py.model.files.read_parquet import read_parquet, written_bounds

        where = folder(stream)
        query = Query(observables, selection, weight, max_events)
        label, found = read_parquet(path, query, channel, verify, progress)
        held = gather(found, where, all_rows=selection is None and channel is None and max_events is None)
        read = wanted(label, list(held[0]) if observables is None else observables)
        bounds = {name: held for name, held in written_bounds(path).items() if read.get(name) == name}
        return cls._gathered(held, label, where, bounds)

    @classmethod
    def from_root(
        cls,
        path: Paths,
        tree: str,
        observables: Observables,
        *,
        selection: str | None = None,
        weight: str | None = None,
        max_events: int | None = None,
        stream: bool | str | PathLike[str] = False,
        progress: bool | None = None,
    ) -> Dataset:
        """Columns of a TTree or RNTuple, read through uproot; only the branches needed are read.

        `observables` are names of branches, or a mapping from names to expressions of branches; `selection`
        keeps the rows where it is finite and not zero, of which `max_events` are the first ones. `path`,
        `stream` and `progress` are those of `from_parquet`. Raises DataError for a file, tree or branch that
        cannot be read, for rows without exactly one number, and where uproot is not installed.
        """
        from morefit_py.model.files.read_root import read_root

        where = folder(stream)
        query = Query(observables, selection, weight, max_events)
        label, found = read_root(path, tree, query, progress)
        held = gather(found, where, all_rows=selection is None and max_events is None)
        return cls._gathered(held, label, where)

    @classmethod
    def _gathered(
        cls,
        held: tuple[dict[str, Array], Array | None, Origin],
        source: str,
        where: Path | None,
        bounds: Mapping[str, tuple[float, float]] | None = None,
    ) -> Dataset:
        columns, weights, origin = held
        found = cls.from_numpy(columns, weights, source)
        return cls(found.columns, found.weights, source, origin, where, bounds or {})

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    @overload
    def __getitem__(self, key: str) -> Array: ...
    @overload
    def __getitem__(self, key: Any) -> Dataset: ...

    def __getitem__(self, key: Any) -> Array | Dataset:
        """A column by its name; rows by a slice, a mask or their numbers."""
        if isinstance(key, str):
            return self.columns[key]
        return parts.rows(self, key)

    def select(self, selection: str) -> Dataset:
        """The rows where an expression of the columns is finite and not zero; `_weight` are the weights.

        Raises DataError for an expression that cannot be read, and if it keeps nothing.
        """
        return parts.select(self, selection)

    def split(self, category: str, names: Mapping[Any, str] | None = None) -> dict[Any, Dataset]:
        """The rows of each value of a column, by that value, or by its name in `names`.

        A value that is whole is an int. Raises DataError for a column that is not there, for a value without
        a name or a name without a value, and for more than a thousand values.
        """
        return parts.split(self, category, names)

    def with_weights(self, weights: Any, signed: bool = False) -> Dataset:
        """The same columns with other weights, which may be negative if `signed`, or with None.

        Raises DataError for a wrong number of them.
        """
        held = None if weights is None else as_column(f"{self.source}: weights", weights)
        if held is not None and len(held) != len(self):
            raise DataError(f"{self.source}: {len(held)} weights are given for {len(self)} events")
        return replace(self, weights=held, signed=signed)

    def to_parquet(
        self,
        path: str | PathLike[str],
        observables: Iterable[str | Observable] | None = None,
        channel: str | None = None,
    ) -> None:
        """Write columns (all, if none are named) and weights to a Parquet file, as `from_parquet` reads them.

        The bounds of an `Observable` are written with its column, and its values must lie in them; `channel`
        becomes the column `_channel`. Raises DataError where that cannot be done; the file is then as before.
        """
        from morefit_py.model.files.write_parquet import write_parquet

        asked = list(self.columns) if observables is None else list(observables)
        write_parquet(Path(path), parts.blocks_of(self, asked), asked, channel)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the columns and weights, by name and value."""
        total = sha256(len(self).to_bytes(8, "little"))
        named = [(name, self.columns[name]) for name in sorted(self.columns)]
        if self.weights is not None:
            named.append((WEIGHT, self.weights))
        for name, column in named:
            total.update(name.encode() + b"\0")
            for _, (block,) in blocks(column):
                total.update(block.data)
        return total.hexdigest()

    @property
    def sum_of_weights(self) -> float:
        """The sum of the weights, the number of events without."""
        if self.weights is None:
            return float(len(self))
        return math.fsum(float(np.sum(block)) for _, (block,) in blocks(self.weights))

    @property
    def effective_events(self) -> float:
        """(sum w)^2 / sum w^2, the size of an unweighted sample of the same precision."""
        if self.weights is None:
            return float(len(self))
        squares = math.fsum(float(np.dot(block, block)) for _, (block,) in blocks(self.weights))
        return self.sum_of_weights**2 / squares if squares else 0.0

    def check(self, observables: Iterable[Observable]) -> None:
        """Raises DataError unless the data can be fitted in these observables.

        Every value must be finite and inside its bounds (never silently cut), weights finite, not
        negative unless `signed`, and of a positive sum, and there must be at least one event. Warns with
        MorefitWarning of columns that were written with narrower bounds, whose events outside are then
        not there.
        """
        check_fittable(self, observables)
