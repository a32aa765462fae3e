"""Tests of morefit_py.model.readers."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from morefit_py.errors import DataError
from morefit_py.graph.symbols import Observable
from morefit_py.model.columns import Array
from morefit_py.model.readers import Table, existing_file, select, wanted

HELD = {
    "x": np.array([1.0, 2.0, 3.0, 4.0]),
    "y": np.array([0.0, 1.0, np.nan, 2.0]),
    "B.mass": np.array([5.0, 6.0, 7.0, 8.0]),
    "never": np.zeros(4),
}


def pick(observables: Mapping[str, str], selection: str | None = None, weight: str | None = None) -> Table:
    def read(names: list[str]) -> dict[str, Array]:
        assert "never" not in names
        assert len(set(names)) == len(names)
        return {name: HELD[name] for name in names}

    return select("here", list(HELD), read, observables, selection, weight, kind="branch")


def test_plain_columns_are_not_copied() -> None:
    columns, weights = pick({"x": "x"})
    assert columns["x"] is HELD["x"]
    assert weights is None


def test_expressions() -> None:
    columns, weights = pick({"z": "2*x + 1", "m": "B.mass", "one": "1"}, weight="x > 2")
    np.testing.assert_array_equal(columns["z"], [3, 5, 7, 9])
    np.testing.assert_array_equal(columns["m"], HELD["B.mass"])
    np.testing.assert_array_equal(columns["one"], [1, 1, 1, 1])
    assert weights is not None
    np.testing.assert_array_equal(weights, [0, 0, 1, 1])


def test_selection_keeps_rows_that_are_finite_and_not_zero() -> None:
    columns, weights = pick({"x": "x", "inverse": "1/y"}, selection="y", weight="3*x")
    np.testing.assert_array_equal(columns["x"], [2, 4])
    np.testing.assert_array_equal(columns["inverse"], [1, 0.5])
    assert weights is not None
    np.testing.assert_array_equal(weights, [6, 12])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (({"z": "xx + 1"},), "observable 'z': no branch 'xx'; did you mean 'x'?"),
        (({"x": "x"}, "yy > 1"), "selection: no branch 'yy'; did you mean 'y'?"),
        (({"x": "x"}, None, "w"), "weight: no branch 'w'; known are"),
        (({"x": "x"}, "x >"), r"selection: this is not arithmetic \(column 4\)"),
        (({"x": "x.y.z()"},), "observable 'x': a dot"),
        (({"z": "exp"},), "observable 'z': no branch 'exp'"),
        (({"z": "log(x, 2)"},), "observable 'z': log takes 1 argument"),
        (({"x": "x"}, "x > 10"), "no row of 4 passes the selection 'x > 10'"),
    ],
)
def test_refusals(arguments: tuple[dict[str, str], ...], message: str) -> None:
    with pytest.raises(DataError, match=f"^here: {message}"):
        pick(*arguments)  # type: ignore[arg-type]


def test_a_selection_of_no_rows_is_not_blamed() -> None:
    columns, _ = select("here", ["x"], lambda names: {"x": np.zeros(0)}, {"x": "x"}, "x > 1", None)
    assert columns["x"].size == 0


def test_wanted() -> None:
    assert wanted("here", "x") == {"x": "x"}
    assert wanted("here", ["x", Observable("y", 0, 1)]) == {"x": "x", "y": "y"}
    assert wanted("here", {"x": "2*y"}) == {"x": "2*y"}
    with pytest.raises(DataError, match="here: no observables"):
        wanted("here", [])


def test_existing_file(tmp_path: Path) -> None:
    file = tmp_path / "data.parquet"
    file.touch()
    assert existing_file(file) == file
    with pytest.raises(DataError, match=r"no such file; did you mean 'data.parquet'"):
        existing_file(tmp_path / "dato.parquet")
    with pytest.raises(DataError, match="directory"):
        existing_file(tmp_path)
    with pytest.raises(DataError, match=r"folder .* does not exist"):
        existing_file(tmp_path / "nowhere" / "data.parquet")
