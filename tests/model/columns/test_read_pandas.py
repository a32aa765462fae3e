"""Tests of morefit_py.model.columns.read_pandas."""

from typing import Any

import numpy as np
import pytest

from morefit_py.errors import DataError
from morefit_py.model.dataset import Dataset

pd = pytest.importorskip("pandas")


def frame() -> Any:
    return pd.DataFrame({"x": [1.0, 2.0], "n": [3, 4], "name": ["a", "b"], "w": [0.5, 0.25]})


def test_numeric_columns_are_read() -> None:
    data = Dataset.from_pandas(frame())
    assert list(data.columns) == ["x", "n", "w"]
    assert data.weights is None
    np.testing.assert_array_equal(data["n"], [3.0, 4.0])


def test_columns_and_weights_by_name() -> None:
    data = Dataset.from_pandas(frame(), ["x"], weights="w")
    assert list(data.columns) == ["x"]
    assert data.weights is not None
    np.testing.assert_array_equal(data.weights, [0.5, 0.25])
    assert "w" not in Dataset.from_pandas(frame(), weights="w").columns


def test_weight_column_is_found() -> None:
    data = Dataset.from_pandas(frame().rename(columns={"w": "_weight"}))
    assert list(data.columns) == ["x", "n"]
    assert data.weights is not None


def test_data_are_not_copied() -> None:
    values = np.arange(1000.0)
    held = pd.DataFrame({"x": values}, copy=False)
    assert np.shares_memory(Dataset.from_pandas(held)["x"], values)


def test_missing_values_are_found() -> None:
    for column in (pd.array([1, None], dtype="Int64"), [1.0, np.nan]):
        data = Dataset.from_pandas(pd.DataFrame({"x": column}))
        assert np.isnan(data["x"][1])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((["xx"],), "no column 'xx'; did you mean 'x'?"),
        ((["x"], "ww"), "no column 'ww'; did you mean 'w'?"),
        ((["name"],), "column 'name': not numbers"),
        (([],), "no observables"),
    ],
)
def test_refusals(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(DataError, match=message):
        Dataset.from_pandas(frame(), *arguments)


def test_two_columns_of_one_name() -> None:
    twice = pd.DataFrame([[1.0, 2.0]], columns=["x", "x"])
    with pytest.raises(DataError, match="2 columns are named 'x'"):
        Dataset.from_pandas(twice, ["x"])
