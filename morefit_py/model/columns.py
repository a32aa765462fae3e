"""Columns of float64 made from whatever holds numbers, copied only where they must be."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError

Array = NDArray[np.float64]
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


def check_values(where: str, values: Array, low: float, high: float, remedy: str) -> None:
    """Raises DataError, with a count and the first rows, unless all values are finite and in [low, high]."""
    # Two reductions see NaN as well as the bounds, without a temporary the size of the data.
    with np.errstate(invalid="ignore"):
        least, greatest = float(np.min(values)), float(np.max(values))
    if low <= least and greatest <= high and np.isfinite(greatest - least):
        return
    for problem, bad in (
        ("NaN or infinite", ~np.isfinite(values)),
        (_outside(low, high), (values < low) | (values > high)),
    ):
        rows = np.flatnonzero(bad)
        if rows.size:
            shown = ", ".join(f"row {row}: {values[row]:.10g}" for row in rows[:5])
            more = ", ..." if rows.size > 5 else ""
            verb = "is" if rows.size == 1 else "are"
            raise DataError(
                f"{where}: {rows.size} of {values.size} values {verb} {problem} ({shown}{more}); {remedy}"
            )


def _outside(low: float, high: float) -> str:
    if high == np.inf:
        return "negative" if low == 0.0 else f"below {low:.10g}"
    return f"outside [{low:.10g}, {high:.10g}]"
