"""Tests of morefit_py.model.columns.as_column."""

from typing import Any

import numpy as np
import pytest

from morefit_py.errors import DataError
from morefit_py.model.columns.as_column import as_column, check_values


def test_contiguous_float64_is_viewed() -> None:
    own = np.arange(5.0)
    column = as_column("x", own)
    assert np.shares_memory(column, own)
    assert not column.flags.writeable
    assert own.flags.writeable
    assert np.shares_memory(as_column("x", column), own)


@pytest.mark.parametrize(
    "values",
    [
        [0, 1, 2],
        (0.0, 1.0, 2.0),
        np.arange(3, dtype="i2"),
        np.arange(3, dtype=">f8"),
        np.arange(3, dtype="f4"),
        np.arange(6.0)[::2] / 2,
        np.ma.masked_array(np.arange(3.0)),
    ],
)
def test_other_numbers_are_converted(values: Any) -> None:
    column = as_column("x", values)
    assert column.dtype == np.float64
    assert column.dtype.isnative
    assert column.flags.c_contiguous
    assert not column.flags.writeable
    np.testing.assert_array_equal(column, [0, 1, 2])


def test_truth_values_are_one_and_zero() -> None:
    np.testing.assert_array_equal(as_column("x", np.array([True, False])), [1.0, 0.0])


def test_no_rows() -> None:
    assert as_column("x", []).shape == (0,)
    assert as_column("x", np.array([], dtype=object)).shape == (0,)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["1", "2"], "not numbers"),
        (np.array([1 + 2j]), "complex128"),
        (np.array(["2026-01-01"], dtype="M8[D]"), "datetime64"),
        ([1.0, None], "not numbers"),
        ([[1.0], [2.0, 3.0]], "x: "),
        (np.ones((2, 2)), r"found shape \(2, 2\)"),
        (3.0, r"found shape \(\)"),
        ({"a": 1}, "found shape"),
        (np.ma.masked_array([1.0, 2.0], mask=[True, False]), "1 of 2 values are missing"),
    ],
)
def test_what_is_not_a_column_of_numbers(values: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        as_column("x", values)


def test_values_inside() -> None:
    check_values("x", np.array([0.0, 0.5, 1.0]), 0.0, 1.0, "")
    check_values("x", np.array([-1e300, 1e300]), -np.inf, np.inf, "")


@pytest.mark.parametrize(
    ("values", "low", "high", "message"),
    [
        ([0.5, 2.0, 0.1, -1.0], 0.0, 1.0, r"2 of 4 values are outside \[0, 1\] \(row 1: 2, row 3: -1\)"),
        ([0.5, np.nan], 0.0, 1.0, r"1 of 2 values is NaN or infinite \(row 1: nan\)"),
        ([np.inf], 0.0, np.inf, "1 of 1 values is NaN or infinite"),
        ([-np.inf], -np.inf, np.inf, "1 of 1 values is NaN or infinite"),
        ([-1.0, 1.0], 0.0, np.inf, "1 of 2 values is negative"),
        ([-1.0, 1.0], 0.5, np.inf, "1 of 2 values is below 0.5"),
        ([5.0] * 9, 0.0, 1.0, r"row 4: 5, \.\.\."),
    ],
)
def test_values_that_cannot_be_fitted(values: list[float], low: float, high: float, message: str) -> None:
    with pytest.raises(DataError, match=f"^x: .*{message}.*; do this$"):
        check_values("x", np.array(values), low, high, "do this")
