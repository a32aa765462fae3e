"""Tests of morefit_py.model.files.paths."""

from pathlib import Path

import pytest

from morefit_py.errors import DataError
from morefit_py.model.files.paths import existing_file, existing_files, is_parquet, shown


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "deep").mkdir()
    for name in ("b.root", "a.root", "deep/c.root", "data.parquet", "odd[1].root"):
        (tmp_path / name).touch()
    return tmp_path


def names(folder: Path, *paths: str) -> list[str]:
    return [str(path.relative_to(folder)) for path in existing_files([folder / path for path in paths])]


def test_files_in_the_order_they_are_named(folder: Path) -> None:
    assert names(folder, "b.root", "a.root") == ["b.root", "a.root"]
    assert existing_files(str(folder / "a.root")) == [folder / "a.root"]
    assert existing_files(folder / "a.root") == [folder / "a.root"]


def test_patterns_in_the_order_of_names(folder: Path) -> None:
    assert names(folder, "?.root") == ["a.root", "b.root"]
    assert names(folder, "**/*.root") == ["a.root", "b.root", "deep/c.root", "odd[1].root"]
    assert names(folder, "data.parquet", "deep/*") == ["data.parquet", "deep/c.root"]


def test_a_file_whose_name_looks_like_a_pattern(folder: Path) -> None:
    assert names(folder, "odd[1].root") == ["odd[1].root"]


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["dato.parquet"], r"no such file; did you mean 'data.parquet'"),
        (["a.root", "nowhere/x.root"], r"folder .* does not exist"),
        (["deep"], "is a directory"),
        (["*.txt"], "no file has such a name"),
        (["a.root", "a.root"], "is named twice"),
        (["a.root", "*.root"], r"a.root: is named twice, its events would count twice"),
        (["a.root", "deep/../a.root"], "is named twice"),
        ([], "no file is given"),
        (["a" * 5000], "is no name of a file"),
        (["a*" * 3000], "is no name of a file"),
    ],
)
def test_refusals(folder: Path, paths: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        names(folder, *paths)


def test_one_file(folder: Path) -> None:
    assert existing_file(folder / "a.root") == folder / "a.root"
    with pytest.raises(DataError, match="directory"):
        existing_file(folder)


def test_shown() -> None:
    assert shown("data/*.root") == "data/*.root"
    assert shown(["a.root"]) == "a.root"
    assert shown(["a.root", Path("b.root"), "c.root"]) == "a.root and 2 more"
    assert shown([]) == "no files"


def test_parquet_goes_by_its_name() -> None:
    assert is_parquet("a.parquet")
    assert is_parquet(Path("b.pq"))
    assert not is_parquet("c.root")
