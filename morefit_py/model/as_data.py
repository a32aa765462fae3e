"""Whatever a user gives as data, as data sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from morefit_py.errors import DataError, nearest
from morefit_py.graph.symbols import Observable
from morefit_py.model.dataset import Dataset
from morefit_py.model.model import Model


def as_data(data: Any, model: Model) -> Dataset | dict[str, Dataset]:
    """A data set, or those of several channels by name.

    Taken as a data set are: a Dataset, a mapping from names to arrays, a data frame of pandas, and a bare
    array where the model has one observable; a mapping of any of these is by channel. Raises DataError
    for anything else.
    """
    if isinstance(data, Mapping) and (len(model.channels) > 1 or any(map(_is_whole, data.values()))):
        for name in data:
            if name not in model.channels:
                raise DataError(f"data for an unknown channel {name!r}{nearest(name, model.channels)}")
        return {
            name: _dataset(f"channel {name!r}", held, model.observables[name]) for name, held in data.items()
        }
    if len(model.channels) > 1 and not isinstance(data, Dataset):
        names = ", ".join(map(repr, model.channels))
        raise DataError(
            f"data is {_kind(data)}, but the model has channels {names}; give a mapping by channel"
        )
    return _dataset("data", data, next(iter(model.observables.values())))


def _dataset(where: str, data: Any, observables: Sequence[Observable]) -> Dataset:
    if isinstance(data, Dataset):
        return data
    if isinstance(data, Mapping):
        return Dataset.from_numpy(data, source=where)
    if _is_frame(data):
        return Dataset.from_pandas(data, source=where)
    if isinstance(data, str | bytes) or not (hasattr(data, "__array__") or isinstance(data, Sequence)):
        raise DataError(
            f"{where} is {_kind(data)}; give a Dataset, a mapping from observable to array, or a data frame"
        )
    names = [x.name for x in observables]
    if len(names) == 1 and np.ndim(data) == 1:
        return Dataset.from_numpy({names[0]: data}, source=where)
    form = ", ".join(f"{name!r}: array" for name in names) or "name: array"
    raise DataError(f"{where} is {_kind(data)} without names; give {{{form}}}")


def _is_whole(value: Any) -> bool:
    """Whether a value is all data of a channel, not one column."""
    return isinstance(value, Dataset | Mapping) or _is_frame(value)


def _is_frame(value: Any) -> bool:
    return hasattr(value, "columns") and hasattr(value, "iloc")


def _kind(data: Any) -> str:
    shape = getattr(data, "shape", None)
    return type(data).__name__ + (f" of shape {shape}" if isinstance(shape, tuple) else "")
