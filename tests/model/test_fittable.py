"""Tests of morefit_py.model.fittable; what else is refused is in tests/model/test_dataset.py."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from morefit_py.errors import DataError, MorefitWarning
from morefit_py.graph.symbols import Observable
from morefit_py.model.dataset import Dataset

X = np.array([1.0, 5.0, 2.0, 9.0, 4.0, 7.0])


def test_problems_name_the_row_of_the_file(tmp_path: Path) -> None:
    for name, values in (("a", X), ("b", X + 20), ("c", [np.nan, 1.0])):
        pq.write_table(pa.table({"x": values, "w": np.asarray(values) - 2}), tmp_path / f"{name}.parquet")

    def message(*names: str, **options: Any) -> str:
        files = [tmp_path / f"{name}.parquet" for name in names]
        data = Dataset.from_parquet(files, ["x"], **options)
        with pytest.raises(DataError) as caught:
            data.check([Observable("x", 0.0, 25.0)])
        return str(caught.value)

    assert f"2 of 12 values are outside [0, 25] (row 3 of {tmp_path / 'b.parquet'}: 29" in message("a", "b")
    assert f"(row 5 of {tmp_path / 'b.parquet'}: 27); select" in message("a", "b", selection="x != 29")
    assert "1 of 2 values is NaN or infinite (row 0: nan)" in message("c")
    assert "weights: 1 of 6 values is negative (row 0: -1)" in message("a", weight="w")
    assert "weights: 1 of 2 values is negative (row 0: -1)" in message("a", weight="w", selection="x < 3")


def test_bounds_wider_than_those_of_the_file_are_warned_of(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    Dataset.from_numpy({"x": X}).to_parquet(file, [Observable("x", 0.0, 10.0)])
    data = Dataset.from_parquet(file)
    with pytest.warns(MorefitWarning, match=r"'x' was written for \[0, 10\] and is fitted on \[-5, 10\]"):
        data.check([Observable("x", -5.0, 10.0)])
    with pytest.warns(MorefitWarning, match="narrow the bounds"):
        data.select("x > 1").check([Observable("x", 0.0, 11.0)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        data.check([Observable("x", 0.0, 9.5)])
        # Another quantity of the same name has other bounds.
        Dataset.from_parquet(file, {"x": "2*x"}).check([Observable("x", 0.0, 20.0)])
