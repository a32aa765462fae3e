"""Tests of morefit_py.model.columns.disk."""

import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

from morefit_py.errors import DataError
from morefit_py.model.columns.as_column import as_column
from morefit_py.model.columns.disk import DiskColumn, blocks, folder, forget, mapping

VALUES = np.arange(20_000.0)


def stored(where: Path, values: np.ndarray) -> np.ndarray:
    column = DiskColumn(where)
    for begin in range(0, len(values), 7777):
        column.append(values[begin : begin + 7777])
    return column.finish()


def resident(column: np.ndarray) -> int:
    """The bytes of a column's map that are in memory, as Linux counts them."""
    start = column.ctypes.data
    lines = Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        span = line.split(" ")[0].split("-")
        if len(span) == 2 and int(span[0], 16) <= start < int(span[1], 16):
            return next(int(more.split()[1]) for more in lines[number:] if more.startswith("Rss:")) * 1024
    raise AssertionError


def test_a_column_on_disk(tmp_path: Path) -> None:
    column = stored(tmp_path, VALUES)
    np.testing.assert_array_equal(column, VALUES)
    assert column.dtype == np.float64
    assert not column.flags.writeable
    assert mapping(column) is not None
    # The file has no name, so that nothing is left behind.
    assert list(tmp_path.iterdir()) == []
    assert stored(tmp_path, VALUES[:0]).shape == (0,)


def test_views_are_mapped_too(tmp_path: Path) -> None:
    column = stored(tmp_path, VALUES)
    assert mapping(as_column("x", column)[100:200]) is mapping(column)
    assert mapping(VALUES) is None
    np.save(tmp_path / "a.npy", VALUES)
    assert mapping(np.load(tmp_path / "a.npy", mmap_mode="r")) is not None
    assert mapping(np.load(tmp_path / "a.npy", mmap_mode="c")) is None


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
def test_what_is_forgotten_is_not_in_memory_and_is_read_again(tmp_path: Path) -> None:
    column = stored(tmp_path, VALUES)
    assert column.sum() == VALUES.sum()
    assert resident(column) >= column.nbytes
    forget(column)
    assert resident(column) == 0
    np.testing.assert_array_equal(column, VALUES)


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
def test_a_file_with_a_header(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", VALUES)
    column = np.load(tmp_path / "a.npy", mmap_mode="r")
    assert column.sum() == VALUES.sum()
    forget(column, 1000)
    # The header and the rows before are on the pages before.
    assert resident(column) <= 3 * os.sysconf("SC_PAGE_SIZE")
    np.testing.assert_array_equal(column, VALUES)


def test_a_private_map_keeps_what_was_written(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", VALUES)
    column = np.load(tmp_path / "a.npy", mmap_mode="c")
    column[:] = 7.0
    forget(column)
    assert set(column) == {7.0}


def test_blocks_of_several_columns(tmp_path: Path) -> None:
    column, other = stored(tmp_path, VALUES), 2 * VALUES
    found = [(begin, *rows) for begin, rows in blocks(column, other, size=6000)]
    assert [begin for begin, *_ in found] == [0, 6000, 12000, 18000]
    np.testing.assert_array_equal(np.concatenate([rows for _, rows, _ in found]), VALUES)
    np.testing.assert_array_equal(np.concatenate([rows for _, _, rows in found]), other)
    assert [len(rows) for _, (rows,) in blocks(VALUES)] == [20_000]


def test_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert folder(False) is None
    assert folder(tmp_path) == tmp_path
    assert folder(str(tmp_path)) == tmp_path
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert folder(True) == tmp_path
    monkeypatch.delenv("TMPDIR")
    usual = folder(True)
    assert usual is not None
    assert usual.is_dir()
    with pytest.raises(DataError, match=r"nowhere: is not a folder that can be written; stream= needs one"):
        folder(tmp_path / "nowhere")


def test_a_disk_that_is_full() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no such device here")
    column = DiskColumn(Path(tempfile.gettempdir()))
    column.close()
    column._file = full.open("wb", buffering=0)
    with pytest.raises(DataError, match=r"cannot hold the columns .*; give stream= another folder"):
        column.append(VALUES)
    column.close()
