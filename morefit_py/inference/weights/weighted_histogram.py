"""Sums of weights over bins, with all that makes them fluctuate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError, nearest
from morefit_py.inference.record import Record
from morefit_py.inference.weights.event_weights import EventWeights
from morefit_py.inference.weights.influence import influence

Array = NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class WeightedHistogram(Record):
    """The distribution of a column for a component: `heights` (B,) are sums of weights over bins.

    `covariance` (B, B) accounts for the estimation of the weights, which correlates all bins; `independent`
    (B,) are the sums of squared weights, which take the weights as given.
    """

    component: str
    column: str
    edges: Array
    heights: Array
    covariance: Array
    independent: Array

    @property
    def errors(self) -> Array:
        """The errors (B,) of the heights."""
        return np.sqrt(np.diag(self.covariance))

    def __str__(self) -> str:
        lines = [f"{self.column} of {self.component}, in {len(self.heights)} bins"]
        for low, high, height, error in zip(
            self.edges[:-1], self.edges[1:], self.heights, self.errors, strict=True
        ):
            lines.append(f"  {low:>10.5g} to {high:<10.5g} {height:>12.1f} +- {error:.1f}")
        return "\n".join(lines)


def weighted_histogram(
    weights: EventWeights, component: str | Sequence[str], column: str, edges: Any
) -> WeightedHistogram:
    """The sums of the weights of a component, or of several together, over bins of a column.

    Values outside the edges are in no bin. Raises DataError for an unknown component or column, and for edges
    that do not ascend.
    """
    if column not in weights.data.columns:
        raise DataError(f"histogram: no column {column!r}{nearest(column, weights.data.columns)}")
    ends = np.asarray(edges, dtype=np.float64)
    if ends.ndim != 1 or len(ends) < 2 or not np.all(np.diff(ends) > 0.0):
        raise DataError("histogram: the edges must be two numbers or more that ascend")
    values = weights.data[column]
    place = np.searchsorted(ends, values, side="right") - 1
    # The last bin has its upper edge.
    place[values == ends[-1]] = len(ends) - 2
    inside = (place[:, None] == np.arange(len(ends) - 1)).astype(np.float64)
    found = influence(weights, weights.positions(component), inside)
    return WeightedHistogram(
        component=component if isinstance(component, str) else " + ".join(component),
        column=column,
        edges=ends,
        heights=found.given.sum(axis=0),
        covariance=found.whole.T @ found.whole + found.elsewhere,
        independent=np.sum(found.given**2, axis=0),
    )
