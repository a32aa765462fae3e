"""Tests of morefit_py.model.files.write_parquet."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from morefit_py.errors import DataError
from morefit_py.graph.symbols import Observable
from morefit_py.model.dataset import Dataset
from morefit_py.model.files import write_parquet as module
from morefit_py.model.files.readers import Selected
from morefit_py.model.files.write_parquet import replaced, write_parquet

MASS = np.linspace(0.0, 10.0, 50)
FULL = Observable("mass", 0.0, 10.0)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(), st.floats(), st.floats(allow_nan=False))))
def test_round_trip_to_the_bit(tmp_path: Path, rows: list[tuple[float, float, float]]) -> None:
    x, y, weights = (np.array([row[i] for row in rows], dtype=float) for i in range(3))
    data = Dataset.from_numpy({"x": x, "y": y}, weights if len(rows) else None)
    data.to_parquet(tmp_path / "a.parquet")
    again = Dataset.from_parquet(tmp_path / "a.parquet")
    assert again.digest == data.digest


def test_columns_of_the_file(tmp_path: Path) -> None:
    data = Dataset.from_numpy({"mass": MASS, "other": MASS}, weights=MASS)
    data.to_parquet(tmp_path / "a.parquet", [FULL], channel="SR")
    file = pq.ParquetFile(tmp_path / "a.parquet")
    schema = file.schema_arrow
    assert [(field.name, str(field.type)) for field in schema] == [
        ("mass", "double"), ("_weight", "double"), ("_channel", "string"),
    ]  # fmt: skip
    assert schema.metadata[b"nextstat.schema_version"] == b"nextstat_unbinned_events_v1"
    assert json.loads(schema.metadata[b"nextstat.observables"]) == [{"name": "mass", "bounds": [0.0, 10.0]}]
    assert set(file.read(["_channel"]).column(0).to_pylist()) == {"SR"}
    again = Dataset.from_parquet(tmp_path / "a.parquet", ["mass"], channel="SR")
    assert again.bounds == {"mass": (0.0, 10.0)}
    np.testing.assert_array_equal(again["mass"], MASS)


def test_bounds_without_end_are_not_written(tmp_path: Path) -> None:
    Dataset.from_numpy({"mass": MASS}).to_parquet(tmp_path / "a.parquet", [Observable("mass", 0.0, np.inf)])
    assert Dataset.from_parquet(tmp_path / "a.parquet").bounds == {}


def test_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROW_GROUP", 20)
    parts = [Selected("a", 0, 8, None, {"x": np.arange(8.0) + 8 * i}, None, 80) for i in range(10)]
    assert write_parquet(tmp_path / "a.parquet", parts, ["x"]) == 80
    file = pq.ParquetFile(tmp_path / "a.parquet")
    assert [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)] == [24, 24, 24, 8]
    np.testing.assert_array_equal(Dataset.from_parquet(tmp_path / "a.parquet")["x"], np.arange(80.0))


@pytest.mark.parametrize(
    ("columns", "weights", "observables", "message"),
    [
        (
            {"mass": [1.0, 11.0]},
            None,
            [FULL],
            r"observable 'mass': 1 of 2 values is outside \[0, 10\] \(row 1",
        ),
        ({"mass": [np.nan, 1.0]}, None, [FULL], r"observable 'mass': 1 of 2 values is NaN"),
        ({"mass": [1.0]}, None, ["mas"], "no column 'mas'; did you mean 'mass'?"),
        ({"_weight": [1.0]}, None, None, "a column of events cannot be called '_weight'; rename it"),
        ({"mass": [1.0]}, None, ["mass", FULL], "the column 'mass' is asked for 2 times"),
    ],
)
def test_what_is_not_written(
    tmp_path: Path, columns: Any, weights: Any, observables: Any, message: str
) -> None:
    file = tmp_path / "a.parquet"
    file.write_bytes(b"before")
    with pytest.raises(DataError, match=message):
        Dataset.from_numpy(columns, weights).to_parquet(file, observables)
    assert file.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [file]


def test_weights_are_checked_where_asked(tmp_path: Path) -> None:
    parts = [Selected("a", 10, 3, np.array([True, False, True]), {"x": MASS[:2]}, np.array([1.0, -2.0]), 3)]
    with pytest.raises(DataError, match=r"^a: weights: 1 of 2 values is negative \(row 12: -2\)"):
        write_parquet(tmp_path / "a.parquet", parts, ["x"], check_weights=True)
    assert write_parquet(tmp_path / "a.parquet", parts, ["x"]) == 2


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    data = Dataset.from_numpy({"mass": MASS})
    with pytest.raises(
        DataError, match=r"nowhere/a.parquet: cannot be written \(No such file or directory\)"
    ):
        data.to_parquet(tmp_path / "nowhere" / "a.parquet")
    (tmp_path / "folder").mkdir()
    with pytest.raises(DataError, match=r"folder: cannot be written"):
        data.to_parquet(tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_file_is_replaced_only_when_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("before")
    with pytest.raises(TypeError), replaced(file) as temporary:
        temporary.write_text(7)  # type: ignore[arg-type]
    assert file.read_text() == "before"
    with replaced(file) as temporary:
        temporary.write_text("whole")
        assert file.read_text() == "before"
    assert file.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [file]
