"""What data must be for a fit."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from morefit_py.errors import DataError, MorefitWarning, nearest
from morefit_py.graph.symbols import Observable
from morefit_py.model.columns.as_column import check_values
from morefit_py.model.columns.disk import blocks

if TYPE_CHECKING:
    from morefit_py.model.dataset import Dataset


def check_fittable(data: Dataset, observables: Iterable[Observable]) -> None:
    """Raises DataError unless data can be fitted in these observables; goes through them block by block.

    Warns with MorefitWarning of columns that were written with narrower bounds.
    """
    if len(data) == 0:
        raise DataError(f"{data.source}: there are no events; check the selection and the channel name")
    row = "row {}".format if data.origin is None else data.origin.where
    for x in observables:
        if x.name not in data.columns:
            raise DataError(f"{data.source}: no column {x.name!r}{nearest(x.name, data.columns)}")
        remedy = "select the events or change the bounds, values are never cut silently"
        where = f"{data.source}: observable {x.name!r}"
        check_values(where, data.columns[x.name], x.low, x.high, remedy, row)
        _check_bounds(data, x)
    if data.weights is not None:
        least = -np.inf if data.signed else 0.0
        remedy = "a weight must be finite" + ("" if data.signed else " and >= 0")
        check_values(f"{data.source}: weights", data.weights, least, np.inf, remedy, row)
        if not any(block.any() for _, (block,) in blocks(data.weights)):
            raise DataError(f"{data.source}: all weights are zero, so nothing would be fitted")
        if not data.sum_of_weights > 0.0:
            raise DataError(f"{data.source}: the weights sum to {data.sum_of_weights:g}; it must be > 0")


def _check_bounds(data: Dataset, x: Observable) -> None:
    low, high = data.bounds.get(x.name, (x.low, x.high))
    if low > x.low or high < x.high:
        warnings.warn(
            MorefitWarning(
                f"{data.source}: {x.name!r} was written for [{low:.10g}, {high:.10g}] and is fitted on "
                f"[{x.low:.10g}, {x.high:.10g}]: the part without events counts as measured; "
                "narrow the bounds"
            ),
            stacklevel=4,
        )
