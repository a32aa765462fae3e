"""What commands write, and the checks before any work."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from morefit_py.cli.outputs import check_figure, check_outputs, write_json, write_table
from morefit_py.errors import DataError


def test_folders_are_made(tmp_path: Path) -> None:
    check_outputs(tmp_path / "a" / "x.json", None, tmp_path / "b" / "y.json")
    assert (tmp_path / "a").is_dir()
    assert (tmp_path / "b").is_dir()


def test_what_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be made"):
        check_outputs(tmp_path / "file" / "x.json")
    with pytest.raises(DataError, match="is a folder"):
        check_outputs(tmp_path)
    with pytest.raises(DataError, match=r"\.png, \.pdf, \.svg"):
        check_figure(tmp_path / "x.bmp")
    check_figure(None)


def test_json_has_what_json_has_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_json(tmp_path / "x.json", {"a": float("nan"), "b": 1.5})
    assert json.loads((tmp_path / "x.json").read_text()) == {"a": {"float": "nan"}, "b": 1.5}
    assert "wrote" in capsys.readouterr().err
    write_json(None, {"a": 1})


def test_tables(tmp_path: Path) -> None:
    write_table(tmp_path / "x.parquet", {"a": [1.0, 2.0], "b": [True, False]})
    assert pq.read_table(tmp_path / "x.parquet").to_pydict() == {"a": [1.0, 2.0], "b": [True, False]}
    write_table(None, {"a": [1.0]})
