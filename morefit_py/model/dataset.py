"""Data of one channel: columns of equal length, with weights if there are any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError, nearest
from morefit_py.graph.symbols import WEIGHT, Observable

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Named columns of float64, one row an event; `weights` multiply each event's log-likelihood.

    Made by `from_numpy`, `from_pandas`, `from_parquet` or `from_root`; `source` is what errors name.
    """

    columns: Mapping[str, Array]
    weights: Array | None = None
    source: str = "data"

    @classmethod
    def from_numpy(cls, columns: Mapping[str, Any], weights: Any = None, source: str = "data") -> Dataset:
        """Arrays by name; raises DataError unless they are one-dimensional numbers of equal length."""
        held = {name: _column(f"{source}: column {name!r}", values) for name, values in columns.items()}
        weight = None if weights is None else _column(f"{source}: weights", weights)
        lengths = {name: len(values) for name, values in held.items()}
        if weight is not None:
            lengths[WEIGHT] = len(weight)
        if not held:
            raise DataError(f"{source}: no columns are given")
        if len(set(lengths.values())) > 1:
            raise DataError(f"{source}: columns differ in length: {lengths}")
        return cls(held, weight, source)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the columns and weights, by name and value."""
        total = sha256()
        for name in sorted(self.columns):
            total.update(name.encode() + b"\0" + self.columns[name].tobytes())
        if self.weights is not None:
            total.update(WEIGHT.encode() + b"\0" + self.weights.tobytes())
        return total.hexdigest()

    @property
    def sum_of_weights(self) -> float:
        return float(len(self)) if self.weights is None else float(np.sum(self.weights))

    @property
    def effective_events(self) -> float:
        """(sum w)^2 / sum w^2, the size of an unweighted sample of the same precision."""
        if self.weights is None:
            return float(len(self))
        return self.sum_of_weights**2 / float(np.sum(self.weights**2))

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
            _check_values(f"{self.source}: observable {x.name!r}", self.columns[x.name], x.low, x.high)
        if self.weights is not None:
            _check_values(f"{self.source}: weights", self.weights, 0.0, np.inf)
            if not np.any(self.weights > 0):
                raise DataError(f"{self.source}: all weights are zero")


def _column(where: str, values: Any) -> Array:
    try:
        array = np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise DataError(f"{where}: not numbers ({problem})") from None
    if array.ndim != 1:
        raise DataError(f"{where}: expected one dimension, found shape {array.shape}")
    array.flags.writeable = False if array.base is None else array.flags.writeable
    return array


def _check_values(where: str, values: Array, low: float, high: float) -> None:
    # Two reductions see NaN as well as the bounds, without a temporary the size of the data.
    least, greatest = float(np.min(values)), float(np.max(values))
    if low <= least and greatest <= high and np.isfinite(greatest):
        return
    for problem, bad in (
        ("NaN or infinite", ~np.isfinite(values)),
        (f"outside [{low:g}, {high:g}]", (values < low) | (values > high)),
    ):
        rows = np.flatnonzero(bad)
        if rows.size:
            shown = ", ".join(f"row {row}: {values[row]:g}" for row in rows[:5])
            more = ", ..." if rows.size > 5 else ""
            raise DataError(
                f"{where}: {rows.size} of {values.size} values are {problem} ({shown}{more}); "
                "select the events or change the bounds, values are never cut silently"
            )
