"""Columns of a pandas data frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from morefit_py.errors import DataError, nearest
from morefit_py.graph.symbols import WEIGHT

if TYPE_CHECKING:
    import pandas as pd


def read_pandas(
    frame: pd.DataFrame, names: Sequence[str] | None, weights: str | None, source: str
) -> tuple[dict[str, Any], Any]:
    """The columns of the given names, or all numeric ones, and the weights if there are any.

    Raises DataError for a column that is missing.
    """
    known = [str(name) for name in frame.columns]
    if names is None:
        numeric = frame.select_dtypes(include=["number", "bool"]).columns
        names = [str(name) for name in numeric if not str(name).startswith("_") and name != weights]
    if weights is None and WEIGHT in known:
        weights = WEIGHT
    for name in [*names, *([] if weights is None else [weights])]:
        if name not in known:
            raise DataError(f"{source}: no column {name!r}{nearest(name, known)}")
        if known.count(name) > 1:
            raise DataError(f"{source}: {known.count(name)} columns are named {name!r}; rename them")
    return {name: _array(frame[name]) for name in names}, None if weights is None else _array(frame[weights])


def _array(series: pd.Series[Any]) -> Any:
    if isinstance(series.dtype, np.dtype):
        return series.to_numpy()
    try:
        # pandas' own number types mark missing values apart; NaN is what the checks of the data look for.
        return series.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        return series.to_numpy()
