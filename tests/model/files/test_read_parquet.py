"""Tests of morefit_py.model.files.read_parquet."""

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
from morefit_py.model.files import read_parquet
from morefit_py.model.files.read_parquet import to_numpy

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


@pytest.mark.parametrize("block", [1, 4, 100])
def test_files_are_read_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(read_parquet, "BLOCK", block)
    labels = ["SR", "CR"] * 4
    lists = [[float(i)] * (i % 3) for i in range(8)]
    for number in range(2):
        columns = {"mass": MASS + number, "jets": lists, "_channel": labels}
        write(tmp_path / f"{number}.parquet", columns, row_group_size=3)
    data = Dataset.from_parquet(
        tmp_path / "*.parquet", {"mass": "mass", "n": "Length$(jets)", "entry": "Entry$"}, channel="CR"
    )
    np.testing.assert_array_equal(data["mass"], np.concatenate([MASS[1::2], MASS[1::2] + 1]))
    np.testing.assert_array_equal(data["n"], [1, 0, 2, 1] * 2)
    np.testing.assert_array_equal(data["entry"], np.arange(1, 16, 2))
    some = Dataset.from_parquet(tmp_path / "*.parquet", ["mass"], selection="mass > 5500", max_events=5)
    np.testing.assert_array_equal(some["mass"], [*MASS[4:], MASS[4] + 1])
    np.testing.assert_array_equal(Dataset.from_parquet(tmp_path / "0.parquet", {"one": "1"})["one"], [1] * 8)


def test_lists_of_every_kind(tmp_path: Path) -> None:
    rows = [[1.0, None], None, [], [4.0, 5.0, 6.0]]
    columns = {
        "short": pa.array(rows, pa.list_(pa.float64())),
        "large": pa.array(rows, pa.large_list(pa.float32())),
        "fixed": pa.array([[1, 2], [3, 4], None, [7, 8]], pa.list_(pa.int64(), 2)),
        "deep": pa.array([[[1.0], [2.0, 3.0]], [], [[]], [[4.0]]], pa.list_(pa.list_(pa.float64()))),
        "whole": pa.array([1, None, 3, 4]),
    }
    path = write(tmp_path / "a.parquet", columns)

    def value(text: str) -> list[float]:
        return list(Dataset.from_parquet(path, {"z": f"Alt$({text}, -1)"})["z"])

    for name in ("short", "large"):
        assert value(f"{name}[0]") == [1.0, -1.0, -1.0, 4.0]
        assert value(f"{name}[1]") == [-1.0, -1.0, -1.0, 5.0]
        assert value(f"Sum$({name})") == [-1.0, 0.0, 0.0, 15.0]
    assert value("fixed[1]") == [2.0, 4.0, -1.0, 8.0]
    assert value("Sum$(deep)") == [6.0, 0.0, 0.0, 4.0]
    assert value("deep[0][0]") == [1.0, -1.0, -1.0, 4.0]
    assert value("whole") == [1.0, -1.0, 3.0, 4.0]


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
        f"import sys; from morefit_py.model.dataset import Dataset; "
        f"Dataset.from_parquet({str(file)!r}, ['mass', 'flag'], channel='CR', selection='Sum$(lists) > 0'); "
        "assert not {'pandas', 'pyarrow.compute', 'pyarrow.dataset'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3])


def test_no_rows_are_read_as_none(tmp_path: Path) -> None:
    assert len(Dataset.from_parquet(write(tmp_path / "a.parquet", {"x": MASS[:0]}))) == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"observables": ["mas"]}, "no column 'mas'; did you mean 'mass'?"),
        ({"observables": ["label"]}, "column 'label' holds string, not numbers"),
        ({"observables": ["lists"]}, r"observable 'lists': 'lists' is a list in every row, not one number"),
        (
            {"observables": ["holes"]},
            r"observable 'holes': 4 of 8 selected values in rows 0 to 7 are missing \(first in row 1\)",
        ),
        ({"observables": ["holes"], "channel": "CR"}, "4 of 4 selected values in rows 1 to 7 are missing"),
        ({"observables": ["mass"], "weight": "holes"}, "weight: 4 of 8 selected values"),
        ({"observables": ["mass"], "weight": "lists[1]"}, r"weight: 8 of 8 .* write Alt\$\(x, other\)"),
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
