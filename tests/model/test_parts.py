"""Tests of morefit_py.model.parts, and of what data sets say of their rows."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from morefit_py.errors import DataError
from morefit_py.model.columns.disk import mapping
from morefit_py.model.dataset import Dataset

X = np.array([1.0, 5.0, 2.0, 9.0, 4.0, 7.0])
RUN = np.array([1.0, 2.0, 1.0, 2.0, 2.5, 1.0])
WEIGHTS = np.array([1.0, 0.5, 2.0, 0.0, 1.0, 3.0])


@pytest.fixture(params=[False, True])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Dataset:
    """In memory and on disk."""
    pq.write_table(pa.table({"x": X, "run": RUN, "_weight": WEIGHTS}), tmp_path / "a.parquet")
    found = Dataset.from_parquet(tmp_path / "a.parquet", stream=tmp_path if request.param else False)
    assert (mapping(found["x"]) is not None) is request.param
    return found


def test_rows(data: Dataset) -> None:
    for key in (slice(1, 4), slice(None, None, -2), RUN == 1, np.array([3, 0, -1]), [2, 2]):
        part = data[key]
        np.testing.assert_array_equal(part["x"], X[key])
        np.testing.assert_array_equal(part["run"], RUN[key])
        assert part.weights is not None
        np.testing.assert_array_equal(part.weights, WEIGHTS[key])
    assert len(data[:0]) == 0


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (3, "give a slice, a mask of 6 values, or an array of whole numbers"),
        (np.ones(5, dtype=bool), "give a slice, a mask of 6"),
        ([0.5], "give a slice"),
        ([7], "out of bounds"),
    ],
)
def test_rows_that_are_not_there(data: Dataset, key: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        data[key]


def test_selection(data: Dataset) -> None:
    part = data.select("x > 1.5 && run == 1")
    np.testing.assert_array_equal(part["x"], [2.0, 7.0])
    assert part.weights is not None
    np.testing.assert_array_equal(part.weights, [2.0, 3.0])
    np.testing.assert_array_equal(data.select("_weight")["x"], X[WEIGHTS > 0])
    np.testing.assert_array_equal(data.select("Entry$ % 2 == 0")["x"], X[::2])
    assert mapping(part["x"]) is not None or data.folder is None


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ("x > 100", "no row of 6 passes the selection 'x > 100'; loosen it"),
        ("y > 1", "selection: no column 'y'"),
        ("x >", "selection: this is not arithmetic"),
        ("x[0]", "not a list"),
    ],
)
def test_selections_that_fail(data: Dataset, selection: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        data.select(selection)


def test_categories(data: Dataset) -> None:
    parts = data.split("run")
    assert list(parts) == [1, 2, 2.5]
    assert [type(value) for value in parts] == [int, int, float]
    np.testing.assert_array_equal(parts[1]["x"], [1.0, 2.0, 7.0])
    assert parts[2].weights is not None
    np.testing.assert_array_equal(parts[2].weights, [0.5, 0.0])
    named = data.split("run", {2.5: "late", 1: "first", 2: "second"})
    assert list(named) == ["late", "first", "second"]
    np.testing.assert_array_equal(named["second"]["x"], [5.0, 9.0])


@pytest.mark.parametrize(
    ("category", "names", "message"),
    [
        ("rum", None, "no column 'rum'; did you mean 'run'?"),
        ("run", {1: "a", 2: "b"}, "column 'run' holds 2.5, which has no name"),
        ("run", {1: "a", 2: "b", 2.5: "c", 3: "d"}, r"never is 3, the value of 'd'; there are \[1, 2, 2.5\]"),
    ],
)
def test_categories_that_fail(data: Dataset, category: str, names: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        data.split(category, names)


def test_columns_that_are_no_categories() -> None:
    with pytest.raises(DataError, match="holds more than 1000 values; categories are few"):
        Dataset.from_numpy({"x": np.arange(1001.0)}).split("x")
    with pytest.raises(DataError, match="holds nan, which is no category"):
        Dataset.from_numpy({"x": [1.0, np.nan]}).split("x")


def test_other_weights(data: Dataset) -> None:
    again = data.with_weights([1, 2, 3, 4, 5, 6])
    assert again.sum_of_weights == 21
    assert again["x"] is data["x"]
    assert data.sum_of_weights == pytest.approx(WEIGHTS.sum())
    assert data.with_weights(None).weights is None
    with pytest.raises(DataError, match="5 weights are given for 6 events"):
        data.with_weights(np.ones(5))
    with pytest.raises(DataError, match="weights: not numbers"):
        data.with_weights(["a"] * 6)


def test_sums_and_digests_are_those_in_memory(data: Dataset) -> None:
    held = Dataset.from_numpy({"x": X, "run": RUN}, WEIGHTS)
    assert data.digest == held.digest
    assert data.effective_events == held.effective_events == WEIGHTS.sum() ** 2 / (WEIGHTS**2).sum()
