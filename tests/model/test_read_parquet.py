"""Tests of morefit_py.model.read_parquet."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from morefit_py.errors import DataError
from morefit_py.graph.symbols import Observable
from morefit_py.model.dataset import Dataset
from morefit_py.model.read_parquet import to_numpy

MASS = np.linspace(5000.0, 6000.0, 8)


def write(path: Path, columns: dict[str, Any], **options: Any) -> Path:
    pq.write_table(pa.table(columns), path, **options)
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    columns = {
        "mass": MASS,
        "single": MASS.astype("f4"),
        "whole": np.arange(8),
        "flag": MASS > 5500,
        "label": list("abcdefgh"),
        "lists": [[1.0]] * 8,
        "holes": pa.array([1.0, None] * 4),
        "_weight": np.arange(8) / 4,
        "_channel": ["SR", "CR"] * 4,
        "_other": np.zeros(8),
    }
    return write(tmp_path / "data.parquet", columns)


def test_columns_by_name(file: Path) -> None:
    data = Dataset.from_parquet(file, [Observable("mass", 5000, 6000), "single", "whole", "flag"])
    assert list(data.columns) == ["mass", "single", "whole", "flag"]
    np.testing.assert_array_equal(data["mass"], MASS)
    np.testing.assert_array_equal(data["single"], MASS.astype("f4").astype("f8"))
    np.testing.assert_array_equal(data["whole"], np.arange(8.0))
    np.testing.assert_array_equal(data["flag"], 1.0 * (MASS > 5500))
    assert data.weights is not None
    np.testing.assert_array_equal(data.weights, np.arange(8) / 4)
    assert data.source == str(file)


def test_every_number_where_nothing_is_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"x": MASS, "n": np.arange(8), "s": ["a"] * 8, "_id": np.arange(8)})
    data = Dataset.from_parquet(str(path))
    assert list(data.columns) == ["x", "n"]
    assert data.weights is None


@pytest.mark.parametrize("options", [{}, {"row_group_size": 3}, {"use_dictionary": False}])
def test_channel(tmp_path: Path, options: dict[str, Any]) -> None:
    columns = {"mass": MASS, "_weight": MASS, "_channel": ["SR", "CR"] * 4}
    data = Dataset.from_parquet(write(tmp_path / "a.parquet", columns, **options), ["mass"], channel="CR")
    np.testing.assert_array_equal(data["mass"], MASS[1::2])
    assert data.weights is not None
    np.testing.assert_array_equal(data.weights, MASS[1::2])
    assert "'CR'" in data.source


def test_channel_as_categories(tmp_path: Path) -> None:
    labels = pa.array(["SR", None, "CR"]).dictionary_encode()
    path = write(tmp_path / "a.parquet", {"x": [1.0, 2.0, 3.0], "_channel": labels})
    np.testing.assert_array_equal(Dataset.from_parquet(path, ["x"], channel="CR")["x"], [3.0])


def test_row_groups_are_joined(tmp_path: Path) -> None:
    path = write(tmp_path / "a.parquet", {"mass": MASS}, row_group_size=3)
    np.testing.assert_array_equal(Dataset.from_parquet(path)["mass"], MASS)


def test_expressions(file: Path) -> None:
    data = Dataset.from_parquet(file, {"gev": "mass/1000"}, selection="whole > 2 && flag", weight="2*_weight")
    np.testing.assert_allclose(data["gev"], MASS[4:] / 1000, rtol=1e-15)
    assert data.weights is not None
    np.testing.assert_array_equal(data.weights, np.arange(4, 8) / 2)


@pytest.mark.parametrize("kind", [pa.float16(), pa.float32(), pa.uint8(), pa.int64(), pa.bool_()])
def test_arrow_arrays_are_viewed_from_their_offset(kind: pa.DataType) -> None:
    held = np.array([1, 0, 1, 1, 0, 0, 1, 0, 1, 1])
    chunk = pa.array(held.astype("f4")).cast(kind)
    np.testing.assert_array_equal(to_numpy(chunk), held)
    np.testing.assert_array_equal(to_numpy(chunk[3:9]), held[3:9])
    np.testing.assert_array_equal(to_numpy(chunk[:0]), held[:0])


def test_nothing_heavy_is_imported(file: Path) -> None:
    code = (
        f"import sys; from morefit_py.model.read_parquet import read_parquet; "
        f"read_parquet({str(file)!r}, ['mass', 'flag'], 'CR'); "
        "assert not {'pandas', 'pyarrow.compute', 'pyarrow.dataset'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


def test_no_rows_are_read_as_none(tmp_path: Path) -> None:
    assert len(Dataset.from_parquet(write(tmp_path / "a.parquet", {"x": MASS[:0]}))) == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"observables": ["mas"]}, "no column 'mas'; did you mean 'mass'?"),
        ({"observables": ["label"]}, "column 'label' holds string, not one number"),
        ({"observables": ["lists"]}, "column 'lists' holds lists, not one number"),
        ({"observables": ["holes"]}, r"column 'holes': 4 of 8 values are missing \(first in row 1\)"),
        ({"observables": ["holes"], "channel": "CR"}, "4 of 8 values are missing"),
        ({"observables": ["mass"], "channel": "SRR"}, "no row has _channel 'SRR'; did you mean 'SR'?"),
        ({"observables": ["mass"], "selection": "mass > 7000"}, "no row of 8 passes"),
        ({"observables": ["mass"], "weight": "mess"}, "weight: no column 'mess'; did you mean 'mass'?"),
        ({"observables": []}, "no observables"),
    ],
)
def test_refusals(file: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        Dataset.from_parquet(file, **options)
    assert str(file) in str(caught.value)


def test_channel_needs_its_column(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no column '_channel'"):
        Dataset.from_parquet(write(tmp_path / "a.parquet", {"x": MASS}), ["x"], channel="SR")
    path = write(tmp_path / "a.parquet", {"x": MASS, "_channel": MASS})
    with pytest.raises(DataError, match="holds double, not text"):
        Dataset.from_parquet(path, ["x"], channel="SR")


def test_two_columns_of_one_name(tmp_path: Path) -> None:
    pq.write_table(pa.Table.from_arrays([MASS, MASS], names=["x", "x"]), tmp_path / "a.parquet")
    with pytest.raises(DataError, match="2 columns are named 'x'"):
        Dataset.from_parquet(tmp_path / "a.parquet", ["x"])


def test_missing_file(file: Path) -> None:
    with pytest.raises(DataError, match=r"no such file; did you mean 'data.parquet'"):
        Dataset.from_parquet(file.with_name("date.parquet"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 400), flip=st.integers(0, 399), by=st.integers(1, 255))
def test_damaged_files_are_refused_or_read(tmp_path: Path, cut: int, flip: int, by: int) -> None:
    path = tmp_path / "a.parquet"
    whole = bytearray(write(path, {"mass": MASS}).read_bytes())
    whole[flip % len(whole)] ^= by
    path.write_bytes(bytes(whole[: len(whole) - cut]))
    with suppress(DataError):
        Dataset.from_parquet(path, ["mass"])
