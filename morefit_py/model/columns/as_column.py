"""Columns of float64 made from whatever holds numbers, copied only where they must be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError
from morefit_py.model.columns.disk import Array, blocks

_NUMBERS = "fiub"


def as_column(where: str, values: Any) -> Array:
    """A read-only column of float64; a view where the values are contiguous float64 already.

    Booleans count as 0 and 1. `where` is what errors name. Raises DataError for what is not one
    dimension of numbers, and for missing values.
    """
    if isinstance(values, np.ma.MaskedArray) and np.ma.is_masked(values):
        count = values.size - int(np.ma.count(values))
        raise DataError(f"{where}: {count} of {values.size} values are missing; fill or drop them")
    try:
        array = np.asarray(values)
    except (TypeError, ValueError) as problem:
        raise DataError(f"{where}: not a column of numbers ({problem})") from None
    if array.ndim != 1:
        raise DataError(f"{where}: expected one dimension, found shape {array.shape}")
    if array.dtype.kind not in _NUMBERS:
        if not array.size:
            return as_column(where, np.zeros(0))
        raise DataError(f"{where}: not numbers but {array.dtype} (the first value is {array[0]!r})")
    column = np.ascontiguousarray(array, dtype=np.float64).view()
    column.flags.writeable = False
    return column


def check_values(
    where: str,
    values: Array,
    low: float,
    high: float,
    remedy: str,
    row: Callable[[int], str] = "row {}".format,
) -> None:
    """Raises DataError, with a count and the first rows, unless all values are finite and in [low, high].

    `row` says which row one is. Columns on disk are gone through block by block.
    """
    least, greatest = extremes(values)
    if low <= least and greatest <= high and np.isfinite(greatest - least):
        return
    for problem, bad in (("NaN or infinite", _not_finite), (_outside(low, high), _beyond(low, high))):
        found = 0
        shown: list[str] = []
        for begin, (block,) in blocks(values):
            rows = np.flatnonzero(bad(block))
            found += rows.size
            shown += [f"{row(begin + int(at))}: {block[at]:.10g}" for at in rows[: 5 - len(shown)]]
        if found:
            more = ", ..." if found > 5 else ""
            verb = "is" if found == 1 else "are"
            listed = ", ".join(shown) + more
            raise DataError(f"{where}: {found} of {values.size} values {verb} {problem} ({listed}); {remedy}")


def extremes(values: Array) -> tuple[float, float]:
    """The least and the greatest of at least one value; NaN if any is."""
    # Two reductions see NaN as well as the bounds, without a temporary the size of the data.
    with np.errstate(invalid="ignore"):
        found = [(np.min(block), np.max(block)) for _, (block,) in blocks(values)]
        least, greatest = np.array(found).T
        return float(np.min(least)), float(np.max(greatest))


def _not_finite(values: Array) -> NDArray[np.bool_]:
    return ~np.isfinite(values)


def _beyond(low: float, high: float) -> Callable[[Array], NDArray[np.bool_]]:
    return lambda values: (values < low) | (values > high)


def _outside(low: float, high: float) -> str:
    if high == np.inf:
        return "negative" if low == 0.0 else f"below {low:.10g}"
    return f"outside [{low:.10g}, {high:.10g}]"
