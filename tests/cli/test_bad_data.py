"""Data that cannot be fitted: an error that names the file and says what to do, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from morefit_py.errors import DataError, MorefitError, SpecError
from tests.cli.conftest import PEAK, Morefit

GOOD = np.random.default_rng(1).uniform(0.0, 10.0, 200)


def table(**columns: Any) -> Callable[[Path], None]:
    return lambda path: parquet.write_table(pa.table(columns), path)


def changed(**values: float) -> Callable[[Path], None]:
    """The good data with one value, by the number of its row."""
    held = GOOD.copy()
    for row, value in values.items():
        held[int(row[1:])] = value
    return table(m=held)


def cut(part: float) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        table(m=GOOD)(path)
        path.write_bytes(path.read_bytes()[: int(part * path.stat().st_size)])

    return write


def torn(path: Path) -> None:
    """A page in the middle overwritten, head and foot as they were."""
    table(m=GOOD)(path)
    whole = bytearray(path.read_bytes())
    whole[100:400] = b"\xa5" * 300
    path.write_bytes(bytes(whole))


def weighted(weights: Any) -> Callable[[Path], None]:
    return table(m=GOOD, _weight=np.broadcast_to(np.asarray(weights, dtype=float), GOOD.shape))


# What is written in the place of the data, what is added to `data` in the spec, and what is said of it.
CASES: dict[str, tuple[Callable[[Path], Any], str, str]] = {
    "no file": (lambda path: None, "", "no such file"),
    "a folder": (lambda path: path.mkdir(), "", "data.parquet"),
    "an empty file": (lambda path: path.write_bytes(b""), "", "Parquet"),
    "another kind of file": (lambda path: path.write_text("m\n1.0\n"), "", "Parquet"),
    "only the beginning": (cut(0.5), "", "Parquet"),
    "the end is missing": (cut(0.98), "", "Parquet"),
    "no observable": (table(mass=GOOD), "", "'m'"),
    "no rows": (table(m=GOOD[:0]), "", "no events"),
    "text": (table(m=["a"] * 5), "", "'m'"),
    "lists": (table(m=[[1.0, 2.0], [3.0]]), "", "'m'"),
    "nulls": (table(m=pa.array([1.0, None, 2.0])), "", "row 1"),
    "not a number": (changed(r7=np.nan), "", "row 7"),
    "infinite": (changed(r3=np.inf), "", "row 3"),
    "outside the bounds": (changed(r5=10.5, r9=-1.0), "", "row 5"),
    "weights of zero": (weighted(0.0), "", "weights are zero"),
    "a negative weight": (weighted(np.where(np.arange(200) == 4, -1.0, 1.0)), "", "row 4"),
    "a weight that is no number": (weighted(np.where(np.arange(200) == 4, np.nan, 1.0)), "", "row 4"),
    "nothing is selected": (table(m=GOOD), 'selection: "m > 11"', "no row of 200"),
    "a selection of what is not there": (table(m=GOOD), 'selection: "pt > 1"', "pt"),
    "a selection that does not end": (table(m=GOOD), 'selection: "m > ("', "m > ("),
    "a weight of what is not there": (table(m=GOOD), 'weight: "w"', "'w'"),
    "a code in the place of a selection": (table(m=GOOD), "selection: \"__import__('os')\"", "__import__"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_said_what_is_wrong(case: str, tmp_path: Path, morefit: Morefit) -> None:
    write, more, said = CASES[case]
    spec = PEAK.format(constraint="", fixed="false")
    if more:
        spec = spec.replace("file: data.parquet", f"file: data.parquet, {more}")
    (tmp_path / "spec.yaml").write_text(spec)
    write(tmp_path / "data.parquet")
    for command in ("fit", "check"):
        done = morefit(command, tmp_path / "spec.yaml")
        assert done.exit_code != 0
        # The errors are the package's own: the program's entry prints them without a traceback.
        assert isinstance(done.exception, MorefitError | SystemExit), done.exception
        words = f"{done.exception} {done.output}"
        assert said in words, words
        assert "data.parquet" in words or "spec.yaml" in words
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "data.parquet") == ["spec.yaml"]


def test_a_torn_page_is_never_read_as_data(tmp_path: Path, morefit: Morefit) -> None:
    (tmp_path / "spec.yaml").write_text(PEAK.format(constraint="", fixed="false"))
    torn(tmp_path / "data.parquet")
    done = morefit("fit", tmp_path / "spec.yaml")
    assert isinstance(done.exception, DataError | SpecError), done.output
    assert "data.parquet" in str(done.exception)
