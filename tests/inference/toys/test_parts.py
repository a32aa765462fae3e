"""Toy studies written and read."""

from __future__ import annotations

from math import inf, nan
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from morefit_py.errors import DataError, FitError
from morefit_py.inference.toys.parts import read_parts, read_table, write_part
from morefit_py.inference.toys.table import ToyStudy, toy_table
from morefit_py.inference.toys.toy_fit import ToyFit

HEADER = {
    "truth": {"a b": 1.0, "c": inf},
    "seed": 2**100,
    "outcomes": "held",
    "free": [0, 1],
}
NAMES = ["a b", "c"]


def fit(toy: int) -> ToyFit:
    message = "" if toy % 2 else "why, \N{GREEK SMALL LETTER MU}"
    pair = (1.0 / 3.0, nan)
    return ToyFit(toy, toy * 10, bool(toy % 2), message, -1e300, nan, pair, pair, (nan, -inf), (inf, nan))


def same(one: Any, other: Any) -> bool:
    return repr(one) == repr(other)


def test_parts_come_back(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "study"
    write_part(folder, HEADER, NAMES, [fit(3), fit(1)])
    write_part(folder, HEADER, NAMES, [fit(2)])
    found = read_parts(folder, HEADER)
    assert {toy: repr(held) for toy, held in found.items()} == {toy: repr(fit(toy)) for toy in (1, 2, 3)}
    assert sorted(path.name for path in folder.iterdir()) == [
        "toys-00000001-00000003-2.parquet",
        "toys-00000002-00000002-1.parquet",
    ]


def test_parts_of_another_study_are_refused(tmp_path: Path) -> None:
    write_part(tmp_path, HEADER, NAMES, [fit(1)])
    with pytest.raises(FitError, match=r"toys of another study \(its seed, free differ\)"):
        read_parts(tmp_path, {**HEADER, "seed": 1, "free": [0]})


def test_tables_come_back(tmp_path: Path) -> None:
    study = toy_table(NAMES, [1], {"a b": 1.0, "c": 2.0}, 5, "held", [fit(1), fit(2)])
    study.to_parquet(tmp_path / "study.parquet")
    with np.printoptions(floatmode="unique"):
        assert same(ToyStudy.from_parquet(tmp_path / "study.parquet"), study)


def test_folders_are_tables(tmp_path: Path) -> None:
    write_part(tmp_path, HEADER, NAMES, [fit(3), fit(1)])
    found = ToyStudy.from_parquet(tmp_path)
    assert found.toys.tolist() == [1, 3]
    assert found.truth == HEADER["truth"]
    assert found.seed == 2**100


def test_what_is_no_study(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no toy study; give the file or folder of one"):
        read_table(tmp_path)
    with pytest.raises(DataError, match="no toy study"):
        read_table(tmp_path / "none.parquet")
    parquet.write_table(pa.table({"x": [1.0]}), tmp_path / "other.parquet")
    with pytest.raises(DataError, match="no toys of a study"):
        read_table(tmp_path / "other.parquet")
    (tmp_path / "text.parquet").write_text("nothing", encoding="utf-8")
    with pytest.raises(DataError, match="it cannot be read"):
        read_table(tmp_path / "text.parquet")
