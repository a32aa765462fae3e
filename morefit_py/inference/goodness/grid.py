"""The data and the bins that a chi2 is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError
from morefit_py.inference.goodness.distribution import Distribution
from morefit_py.model.binned import COUNT, VARIANCE, Binned
from morefit_py.model.dataset import Dataset

Array = NDArray[np.float64]
Edges = dict[str, Array]

SPACINGS: Final = ("probability", "width")
_FEWEST, _MOST = 10, 100


def bin_edges(held: Distribution, observable: str | Sequence[str] | None, bins: Any, spacing: str) -> Edges:
    """The edges of bins by observable, from what `chi2_test` was asked for.

    Raises DataError for edges that make no bins, or do not cover the bounds.
    """
    if isinstance(held.data, Binned):
        if bins is not None or observable is not None:
            raise DataError("chi2: the data are in bins already, of all observables; leave out others")
        return {name: np.asarray(ends) for name, ends in held.data.edges.items()}
    names = [observable] if observable is None or isinstance(observable, str) else list(observable)
    found: Edges = {}
    for name in names:
        x = held.observable(name)
        wanted = bins.get(x.name) if isinstance(bins, Mapping) else bins
        if wanted is None:
            wanted = int(np.clip(len(held.data) ** 0.4, _FEWEST, _MOST) ** (1.0 / len(names)))
        if np.ndim(wanted) == 0:
            count = int(wanted)
            if count < 1:
                raise DataError(f"chi2: {count} bins of {x.name!r}; give at least one")
            if spacing == "width" or len(names) > 1:
                found[x.name] = np.linspace(x.low, x.high, count + 1)
            else:
                found[x.name] = held.edges_of_equal_content(x, count)
            continue
        ends = np.asarray(wanted, dtype=np.float64)
        if ends.ndim != 1 or len(ends) < 2 or not np.all(np.diff(ends) > 0.0):
            raise DataError(f"chi2: the edges of {x.name!r} must be two numbers or more that ascend")
        if ends[0] > x.low or ends[-1] < x.high:
            raise DataError(
                f"chi2: the bins cover [{ends[0]:g}, {ends[-1]:g}]; they must cover the bounds "
                f"[{x.low:g}, {x.high:g}] of {x.name!r}"
            )
        found[x.name] = np.unique(np.clip(ends, x.low, x.high))
    return found


def grid_counts(data: Dataset, edges: Edges) -> tuple[Array, Array]:
    """Sums of weights and of their squares in each bin of the grid, flat."""
    if isinstance(data, Binned):
        return data.columns[COUNT], data.columns[VARIANCE]
    events = np.stack([data[name] for name in edges], axis=1)
    ends = list(edges.values())
    n = np.histogramdd(events, ends, weights=data.weights)[0].ravel()
    if data.weights is None:
        return n, n
    return n, np.histogramdd(events, ends, weights=data.weights**2)[0].ravel()


def variance_per_event(n: Array, squares: Array) -> Array:
    """The variance per event in each bin: sum w^2 / sum w, that of all bins where a bin has none."""
    overall = float(squares.sum() / n.sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        found = squares / n
    return np.where((n > 0.0) & (squares > 0.0), found, overall)
