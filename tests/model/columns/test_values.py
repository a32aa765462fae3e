"""Tests of morefit_py.model.columns.values, against lists of Python."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from morefit_py.errors import ExpressionError
from morefit_py.model.columns.values import Values, element, elementwise, kept, lengths, reduced, union

number = st.floats(-100, 100)
lists = st.lists(st.lists(number, max_size=4), min_size=1, max_size=8)
deep = st.lists(st.lists(st.lists(number, max_size=3), max_size=3), min_size=1, max_size=6)


def held(rows: list[Any]) -> Values:
    """Lists of Python as values; None is missing."""
    offsets = []
    while rows and any(isinstance(row, list) for row in rows):
        offsets.append(np.cumsum([0, *(len(row) for row in rows)]))
        rows = [item for row in rows for item in row]
    missing = np.array([row is None for row in rows], dtype=bool)
    data = np.array([0.0 if row is None else row for row in rows])
    return Values(data, missing if missing.any() else None, tuple(offsets))


def seen(values: Values) -> list[Any]:
    """Values as lists of Python."""
    missing = np.zeros(len(values.data), dtype=bool) if values.missing is None else values.missing
    rows = [None if gone else float(item) for item, gone in zip(values.data, missing, strict=True)]
    for offsets in reversed(values.lists):
        rows = [rows[begin:end] for begin, end in pairwise(offsets)]
    return rows


def depth(rows: list[Any], levels: int) -> Values:
    """As `held`, where empty lists do not tell how deep they are."""
    found = held(rows)
    empty = np.zeros(1, dtype=np.int64)
    return Values(found.data, found.missing, found.lists + (empty,) * (levels - len(found.lists)))


@given(lists, st.data())
def test_element(rows: list[list[float]], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, 4))
    expected = [row[index] if index < len(row) else None for row in rows]
    assert seen(element(depth(rows, 1), Values(np.array(index)))) == expected
    each = data.draw(st.lists(st.integers(-2, 4), min_size=len(rows), max_size=len(rows)))
    expected = [row[i] if 0 <= i < len(row) else None for row, i in zip(rows, each, strict=True)]
    assert seen(element(depth(rows, 1), Values(np.array(each)))) == expected


@given(deep, st.integers(0, 3), st.integers(0, 3))
def test_element_of_lists_of_lists(rows: list[list[list[float]]], i: int, j: int) -> None:
    inner = element(depth(rows, 2), Values(np.array(i)))
    expected = [row[i] if i < len(row) else [] for row in rows]
    assert seen(inner) == expected
    assert seen(element(inner, Values(np.array(j)))) == [row[j] if j < len(row) else None for row in expected]


@given(deep, st.data())
def test_some_rows(rows: list[list[list[float]]], data: st.DataObject) -> None:
    mask = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    expected = [row for row, keep in zip(rows, mask, strict=True) if keep]
    assert seen(depth(rows, 2).of(np.array(mask))) == expected
    flat = [row for outer in rows for row in outer]
    if flat:
        assert seen(depth(flat, 1).of(np.arange(len(flat)) % 2 == 0)) == flat[::2]


@given(lists)
def test_reductions(rows: list[list[float]]) -> None:
    values = depth(rows, 1)
    np.testing.assert_allclose(reduced(np.add, values, 0.0).data, [sum(row) for row in rows], atol=1e-9)
    assert seen(reduced(np.minimum, values, None)) == [min(row, default=None) for row in rows]
    assert seen(reduced(np.maximum, values, None)) == [max(row, default=None) for row in rows]
    assert list(lengths(values).data) == [len(row) for row in rows]


@given(deep)
def test_reductions_go_through_all_levels(rows: list[list[list[float]]]) -> None:
    flat = [[item for inner in row for item in inner] for row in rows]
    values = depth(rows, 2)
    assert seen(reduced(np.maximum, values, None)) == [max(row, default=None) for row in flat]
    assert list(lengths(values).data) == [len(row) for row in flat]


@given(lists)
def test_elements_that_pass(rows: list[list[float]]) -> None:
    values = depth(rows, 1)
    passed = elementwise(np.greater, values, Values(np.array(0.0)))
    assert seen(kept(values, passed)) == [[item for item in row if item > 0] for row in rows]


def test_missing_spreads() -> None:
    values = held([[1.0, None], [], [3.0]])
    assert seen(reduced(np.add, values, 0.0)) == [None, 0.0, 3.0]
    assert seen(elementwise(np.negative, values)) == [[-1.0, None], [], [-3.0]]
    assert seen(element(values, Values(np.array(1)))) == [None, None, None]
    index = Values(np.array([0, 0, 0]), np.array([False, False, True]))
    assert seen(element(values, index)) == [1.0, None, None]
    assert seen(kept(values, held([[1.0, 1.0], [], [None]]))) == [[1.0, None], [], []]
    assert union(None, None) is None


def test_numbers_are_repeated_along_lists() -> None:
    values, scale = held([[1.0, 2.0], [], [3.0]]), held([10.0, 20.0, None])
    assert seen(elementwise(np.multiply, values, scale)) == [[10.0, 20.0], [], [None]]
    assert seen(elementwise(np.add, Values(np.array(1.0)), values)) == [[2.0, 3.0], [], [4.0]]
    assert elementwise(np.add, Values(np.array(1.0)), Values(np.array(2.0))).data == 3.0


def test_a_number_is_a_list_of_one() -> None:
    assert seen(reduced(np.add, held([1.0, 2.0]), 0.0)) == [1.0, 2.0]
    assert lengths(held([1.0, 2.0])).data == 1


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda: element(held([1.0]), Values(np.array(0))), "not a list; remove the index"),
        (lambda: element(held([[1.0]]), Values(np.array(-1))), "the index -1 is negative"),
        (lambda: element(held([[1.0]]), Values(np.array(0.5))), "whole number"),
        (lambda: element(held([[1.0]]), held([[0.0]])), "one number a row"),
        (lambda: elementwise(np.add, held([[1.0], [2.0]]), held([[1.0], [2.0, 3.0]])), "first in row 1"),
        (lambda: elementwise(np.add, held([[1.0]]), held([[[1.0]]])), "lists of lists"),
        (lambda: kept(held([1.0]), held([1.0])), "condition \\? value : other"),
    ],
)
def test_refusals(function: Any, message: str) -> None:
    with pytest.raises(ExpressionError, match=message):
        function()
