"""What can be given as data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import morefit_py as mf
from morefit_py.errors import DataError
from morefit_py.model.as_data import as_data

X, Y = mf.Observable("x", 0.0, 1.0), mf.Observable("y", 0.0, 1.0)
ONE = mf.Model({"data": mf.pdfs.Uniform(X)})
PLANE = mf.Model({"data": mf.pdfs.Formula(X + Y)})
TWO = mf.Model({"a": mf.pdfs.Uniform(X), "b": mf.pdfs.Uniform(Y)})
VALUES = np.array([0.1, 0.5])
DATASET = mf.Dataset.from_numpy({"x": VALUES})


@pytest.mark.parametrize(
    "given",
    [
        DATASET,
        {"x": VALUES},
        {"x": [0.1, 0.5]},
        pd.DataFrame({"x": VALUES}),
        pd.Series(VALUES),
        VALUES,
        [0.1, 0.5],
        (0.1, 0.5),
    ],
    ids=lambda given: type(given).__name__,
)
def test_one_channel(given: Any) -> None:
    for data in (given, {"data": given}):
        if isinstance(data, dict) and not isinstance(given, mf.Dataset | dict | pd.DataFrame):
            continue
        found = as_data(data, ONE)
        held = found["data"] if isinstance(found, dict) else found
        np.testing.assert_array_equal(held["x"], VALUES)


def test_weights_of_a_frame() -> None:
    found = as_data(pd.DataFrame({"x": VALUES, "_weight": [1.0, 2.0]}), ONE)
    assert isinstance(found, mf.Dataset)
    assert found.sum_of_weights == 3.0


def test_several_channels() -> None:
    found = as_data({"a": {"x": VALUES}, "b": pd.DataFrame({"y": VALUES})}, TWO)
    assert isinstance(found, dict)
    assert [(name, list(held.columns)) for name, held in found.items()] == [("a", ["x"]), ("b", ["y"])]
    found = as_data({"a": DATASET, "b": VALUES}, TWO)
    assert isinstance(found, dict)
    assert found["a"] is DATASET
    assert list(found["b"].columns) == ["y"]


@pytest.mark.parametrize(
    ("given", "model", "message"),
    [
        (VALUES, PLANE, r"^data is ndarray of shape \(2,\) without names; give {'x': array, 'y': array}$"),
        (np.ones((2, 2)), ONE, r"^data is ndarray of shape \(2, 2\) without names; give {'x': array}$"),
        (
            "data.parquet",
            ONE,
            "^data is str; give a Dataset, a mapping from observable to array",
        ),
        (None, ONE, "^data is NoneType; give a Dataset"),
        (3.0, ONE, "^data is float; give a Dataset"),
        (VALUES, TWO, "data is ndarray of shape .* has channels 'a', 'b'; give a mapping by channel$"),
        ({"a": VALUES, "b": "c"}, TWO, "^channel 'b' is str; give a Dataset"),
        ({"a": VALUES, "b": {"y": ["c"]}}, TWO, "^channel 'b': column 'y': not numbers"),
    ],
    ids=str,
)
def test_what_is_no_data(given: Any, model: mf.Model, message: str) -> None:
    with pytest.raises(DataError, match=message):
        as_data(given, model)


def test_data_of_the_wrong_channels() -> None:
    for given in ({"x": VALUES}, {"c": {"x": VALUES}, "a": DATASET, "b": VALUES}):
        with pytest.raises(DataError, match="data for an unknown channel"):
            mf.compile(TWO, given, backend="reference")
