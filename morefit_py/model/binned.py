"""Data in bins: counts over a grid of one or several observables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError, nearest
from morefit_py.graph.symbols import Observable
from morefit_py.model.columns.as_column import as_column
from morefit_py.model.dataset import Dataset

Array = NDArray[np.float64]
Statistic = Literal["poisson", "pearson", "neyman"]
COUNT, VARIANCE = "_count", "_variance"


def low_name(x: str) -> str:
    """The name of the column with the lower edges of bins."""
    return f"{x} low"


def high_name(x: str) -> str:
    """The name of the column with the upper edges of bins."""
    return f"{x} high"


@dataclass(frozen=True, eq=False)
class Binned(Dataset):
    """A data set whose rows are bins: row by row of the grid that the edges of all observables span.

    Made by `from_counts` or `from_dataset`. `statistic` is what is minimised: "poisson", the likelihood of
    the counts; "pearson" or "neyman", chi2/2 with the expected or the observed variance (bins without
    observed variance are left out by the latter).
    """

    edges: Mapping[str, Array] = field(default_factory=dict)
    statistic: Statistic = "poisson"

    @classmethod
    def from_counts(
        cls,
        edges: Mapping[str, Any],
        counts: Any,
        variances: Any = None,
        statistic: Statistic = "poisson",
        source: str = "binned data",
    ) -> Binned:
        """Counts of the shape that the edges make, by observable; `variances` are by default the counts.

        For weighted events they are the sums of squared weights. Raises DataError for edges that do not
        ascend, counts of another shape, negative or not finite, and for an unknown statistic.
        """
        if statistic not in get_args(Statistic):
            raise DataError(
                f"{source}: unknown statistic {statistic!r}{nearest(str(statistic), get_args(Statistic))}"
            )
        held = {name: _edges(source, name, ends) for name, ends in edges.items()}
        shape = tuple(len(ends) - 1 for ends in held.values())
        n = _grid(source, "counts", counts, shape)
        squares = n if variances is None else _grid(source, "variances", variances, shape)
        mesh = np.meshgrid(*[np.arange(size) for size in shape], indexing="ij")
        columns: dict[str, Array] = {}
        for (name, ends), place in zip(held.items(), mesh, strict=True):
            columns[low_name(name)] = ends[:-1][place.ravel()]
            columns[high_name(name)] = ends[1:][place.ravel()]
        columns |= {COUNT: n.ravel(), VARIANCE: squares.ravel()}
        return cls(columns, None, source, edges=held, statistic=statistic)

    @classmethod
    def from_dataset(
        cls,
        data: Dataset,
        bins: Mapping[str, Any] | None = None,
        observables: Iterable[Observable] = (),
        statistic: Statistic = "poisson",
    ) -> Binned:
        """The events of a data set, counted; weighted ones by the sums of weights and of their squares.

        `bins` maps the name of an observable to its edges, or to a number of equal bins between the bounds
        that `observables` give. Raises DataError for values outside the edges, which are never dropped.
        """
        known = {x.name: x for x in observables}
        edges: dict[str, Array] = {}
        for name, held in (bins or dict.fromkeys(known, 50)).items():
            if name not in data.columns:
                raise DataError(f"{data.source}: no column {name!r}{nearest(name, data.columns)}")
            if np.ndim(held) == 0 and name not in known:
                raise DataError(f"{data.source}: {held} bins of {name!r} need its Observable, or give edges")
            edges[name] = (
                np.linspace(known[name].low, known[name].high, int(held) + 1) if np.ndim(held) == 0 else held
            )
        edges = {name: _edges(data.source, name, held) for name, held in edges.items()}
        for name, held in edges.items():
            outside = int(np.sum(~((data[name] >= held[0]) & (data[name] <= held[-1]))))
            if outside:
                raise DataError(
                    f"{data.source}: {outside} of {len(data)} values of {name!r} lie outside the bins "
                    f"[{held[0]:g}, {held[-1]:g}] or are no numbers; select the events or add bins"
                )
        events = np.stack([data[name] for name in edges], axis=1)
        ends = list(edges.values())
        counts = np.histogramdd(events, ends, weights=data.weights)[0]
        squares = None if data.weights is None else np.histogramdd(events, ends, weights=data.weights**2)[0]
        return cls.from_counts(edges, counts, squares, statistic, data.source)

    @property
    def counts(self) -> Array:
        """The counts, of the shape of the grid."""
        return self.columns[COUNT].reshape([len(ends) - 1 for ends in self.edges.values()])

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of edges, counts, variances and the statistic."""
        return sha256(f"{self.statistic} {super().digest}".encode()).hexdigest()

    @property
    def sum_of_weights(self) -> float:
        """The sum of the counts."""
        return float(np.sum(self.columns[COUNT]))

    @property
    def effective_events(self) -> float:
        """(sum of counts)^2 / sum of variances."""
        total = float(np.sum(self.columns[VARIANCE]))
        return self.sum_of_weights**2 / total if total else 0.0

    def check(self, observables: Iterable[Observable]) -> None:
        """Raises DataError unless there are bins in exactly these observables, over their whole bounds."""
        wanted = list(observables)
        names = [x.name for x in wanted]
        for name in self.edges:
            if name not in names:
                raise DataError(
                    f"{self.source}: bins in {name!r}, which the model has not{nearest(name, names)}"
                )
        for x in wanted:
            if x.name not in self.edges:
                raise DataError(f"{self.source}: no bins in {x.name!r}{nearest(x.name, self.edges)}")
            low, high = self.edges[x.name][0], self.edges[x.name][-1]
            if abs(low - x.low) > 1e-12 * x.width or abs(high - x.high) > 1e-12 * x.width:
                raise DataError(
                    f"{self.source}: the bins in {x.name!r} cover [{low:g}, {high:g}], its bounds are "
                    f"[{x.low:g}, {x.high:g}]; they must be the same"
                )
        if not np.any(self.columns[COUNT]):
            raise DataError(f"{self.source}: all bins are empty, so nothing would be fitted")


def _edges(source: str, name: str, held: Any) -> Array:
    edges = as_column(f"{source}: edges of {name!r}", held)
    if len(edges) < 2 or not np.all(np.isfinite(edges)) or not np.all(np.diff(edges) > 0):
        raise DataError(f"{source}: the edges of {name!r} are not finite numbers that ascend")
    return edges


def _grid(source: str, what: str, held: Any, shape: tuple[int, ...]) -> Array:
    try:
        values = np.array(held, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(f"{source}: {what} are no array of numbers") from None
    if values.shape != shape:
        raise DataError(f"{source}: {what} have shape {values.shape}, the edges make {shape} bins")
    wrong = np.argwhere(~(np.isfinite(values) & (values >= 0)))
    if wrong.size:
        at = tuple(int(i) for i in wrong[0])
        raise DataError(f"{source}: {what} in bin {at} are {values[at]:g}; they must be finite and >= 0")
    values.flags.writeable = False
    return values
