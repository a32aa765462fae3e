"""Data sets side by side, with all that derives from their rows alone: what a backend puts onto a device."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from morefit_py.codegen.layout import Layout, OrderLayout
from morefit_py.graph.symbols import Axis
from morefit_py.runtime.axis_data import Array, AxisData, BatchAxis
from morefit_py.runtime.batch_moments import batch_moments
from morefit_py.runtime.columns import column_arrays, moment_values


@dataclass(frozen=True)
class Arranged:
    """T data sets: rows by axis, where those of each begin and end (T, 2), and the moments of each (T, M)."""

    layout: Layout
    axes: Mapping[str, Axis]
    data: Mapping[str, AxisData]
    bounds: Mapping[str, NDArray[np.int64]]
    moments: Array

    @property
    def sets(self) -> int:
        """How many data sets there are."""
        return len(self.moments)

    def columns(self, axis: str) -> list[Array]:
        """The columns that loops over an axis read, of all data sets."""
        return column_arrays(self.layout, axis, self.data[axis], self.axes)

    def chunks(self, axis: str) -> int:
        """The chunks of the data set that has most rows."""
        bounds = self.bounds[axis]
        return max(1, -(-int((bounds[:, 1] - bounds[:, 0]).max()) // self.layout.chunk))

    def states(self, order: OrderLayout) -> Array:
        """The states (T, S) of an order, with the moments in their places."""
        found = np.zeros((self.sets, order.state_size))
        last = order.first_moment + len(order.moments)
        found[:, order.first_moment : last] = self.moments[:, list(order.moments)]
        return found


def arranged(layout: Layout, axes: Mapping[str, Axis], data: Mapping[str, AxisData]) -> Arranged:
    """A single data set."""
    bounds = {axis: np.array([[0, held.rows]], dtype=np.int64) for axis, held in data.items()}
    return Arranged(layout, axes, data, bounds, moment_values(layout, axes, data)[None])


def arranged_batch(
    layout: Layout, axes: Mapping[str, Axis], data: Mapping[str, BatchAxis], sets: int
) -> Arranged:
    """Many data sets."""
    whole = {axis: held.whole for axis, held in data.items()}
    bounds = {axis: held.bounds(sets) for axis, held in data.items()}
    return Arranged(layout, axes, whole, bounds, batch_moments(layout, axes, data, sets))
