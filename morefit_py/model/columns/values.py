"""What an expression of columns is worth: a number or a list of numbers a row, some of them missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ExpressionError

Array = NDArray[Any]
Bits = NDArray[np.bool_]
Offsets = NDArray[np.int64]


@dataclass(frozen=True)
class Values:
    """Numbers in their own type, those of lists one after the other.

    `lists` has the offsets of each level of lists, the outermost first, and is empty for one number a row;
    `data` without dimension is the same number for every row. `missing` tells which of `data` are not there.
    """

    data: Array
    missing: Bits | None = None
    lists: tuple[Offsets, ...] = ()

    @property
    def offsets(self) -> Offsets:
        """Where the numbers of each row begin in `data`, and where the last end."""
        found = self.lists[0]
        for inner in self.lists[1:]:
            found = inner[found]
        return found

    def of(self, rows: Bits) -> Values:
        """The values of some of the rows."""
        if self.lists:
            return _gathered(self, np.flatnonzero(rows))
        if not self.data.ndim:
            return self
        return Values(self.data[rows], None if self.missing is None else self.missing[rows])


def elementwise(function: Callable[..., Any], *operands: Values) -> Values:
    """A function of numbers on each row, or on each element of lists that are equally long in every row.

    What depends on something missing is missing. Raises ExpressionError for lists that differ in length.
    """
    aligned = align(operands)
    data = np.asarray(function(*(values.data for values in aligned)))
    return Values(data, union(*(values.missing for values in aligned)), aligned[0].lists)


def align(operands: tuple[Values, ...]) -> list[Values]:
    """The operands with as many elements in every row: numbers are repeated along lists."""
    lists = max((values.lists for values in operands), key=len)
    if not lists:
        return list(operands)
    counts = np.diff(Values(lists[-1], lists=lists).offsets)
    found = []
    for values in operands:
        if values.lists:
            _check_equal(values.lists, lists)
            found.append(values)
        elif not values.data.ndim:
            found.append(Values(values.data, None, lists))
        else:
            missing = None if values.missing is None else np.repeat(values.missing, counts)
            found.append(Values(np.repeat(values.data, counts), missing, lists))
    return found


def _check_equal(some: tuple[Offsets, ...], others: tuple[Offsets, ...]) -> None:
    if len(some) != len(others):
        raise ExpressionError("lists and lists of lists cannot be combined; take elements of one")
    for one, other in zip(some, others, strict=True):
        if one is not other and not np.array_equal(one, other):
            rows = np.flatnonzero(np.diff(one)[: len(other) - 1] != np.diff(other)[: len(one) - 1])
            raise ExpressionError(
                f"the lists differ in length (in {rows.size} rows, first in row {rows[0]} of those read "
                "together); take elements of them"
            )


def union(*masks: Bits | None) -> Bits | None:
    """What is missing in any of several."""
    found: Bits | None = None
    for mask in masks:
        if mask is not None:
            found = mask if found is None else found | mask
    return found


def element(values: Values, index: Values) -> Values:
    """The element of each row's list at an index; missing where the list is too short or the index negative.

    Raises ExpressionError for what is no list, and for indices that are not whole numbers.
    """
    if not values.lists:
        raise ExpressionError("there is one value a row here, not a list; remove the index")
    if index.lists:
        raise ExpressionError("an index must be one number a row")
    if index.data.dtype.kind == "f" and np.any(np.isfinite(index.data) & (index.data != np.rint(index.data))):
        raise ExpressionError("an index must be a whole number")
    if not index.data.ndim and index.data < 0:
        raise ExpressionError(f"the index {float(index.data):g} is negative; elements are counted from 0")
    outer = values.lists[0]
    with np.errstate(invalid="ignore"):
        there = (index.data >= 0) & (index.data < np.diff(outer))
    if index.missing is not None:
        there &= ~index.missing
    at = outer[:-1] + np.where(there, index.data, 0).astype(np.int64)
    if len(values.lists) > 1:
        inner = Values(values.data, values.missing, values.lists[1:])
        return _gathered(inner, at, there)
    # A list that is too short may be the last one, so that there is nothing behind it.
    at = np.where(there, at, 0)
    if not values.data.size:
        return Values(np.zeros(len(at)), ~there)
    missing = ~there if values.missing is None else ~there | values.missing[at]
    return Values(values.data[at], missing if missing.any() else None)


def _gathered(values: Values, rows: NDArray[np.intp], there: Bits | None = None) -> Values:
    """The lists of some rows, in their order; those that are not there are empty."""
    outer = values.lists[0]
    if there is not None:
        rows = np.where(there, rows, 0)
    counts = outer[1:][rows] - outer[:-1][rows] if len(outer) > 1 else np.zeros(len(rows), dtype=np.int64)
    if there is not None:
        counts = np.where(there, counts, 0)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    begin = outer[rows] if len(outer) > 1 else offsets[:-1]
    at = np.repeat(begin - offsets[:-1], counts) + np.arange(offsets[-1])
    if len(values.lists) > 1:
        inner = _gathered(Values(values.data, values.missing, values.lists[1:]), at)
        return Values(inner.data, inner.missing, (offsets, *inner.lists))
    missing = None if values.missing is None else values.missing[at]
    return Values(values.data[at], missing, (offsets,))


def reduced(function: np.ufunc, values: Values, empty: float | None) -> Values:
    """The elements of each row's list put together by a function; `empty`, or missing, where there are none.

    A row of which an element is missing is missing. A number a row is a list of one.
    """
    data = values.data.astype(np.float64)
    if not values.lists:
        return Values(data, values.missing)
    offsets = values.offsets
    data = np.broadcast_to(data, offsets[-1:])
    filled = np.diff(offsets) > 0
    begin = offsets[:-1][filled]
    found = np.full(len(filled), 0.0 if empty is None else empty)
    missing = ~filled if empty is None else np.zeros(len(filled), dtype=np.bool_)
    if begin.size:
        found[filled] = function.reduceat(data, begin)
        if values.missing is not None:
            missing[filled] = np.logical_or.reduceat(values.missing, begin)
    return Values(found, missing if missing.any() else None)


def lengths(values: Values) -> Values:
    """How many elements each row has; one where there is no list."""
    return Values(np.diff(values.offsets) if values.lists else np.array(1))


def kept(values: Values, condition: Values) -> Values:
    """The elements of each row's list that pass a condition on them."""
    values, condition = align((values, condition))
    if not values.lists:
        raise ExpressionError("there is one value a row here, not a list; write condition ? value : other")
    total = values.offsets[-1:]
    passed = np.broadcast_to(truth(condition.data), total)
    if condition.missing is not None:
        passed = passed & ~condition.missing
    before = np.concatenate([[0], np.cumsum(passed)])
    data = np.broadcast_to(values.data, total)[passed]
    missing = None if values.missing is None else values.missing[passed]
    return Values(data, missing, (before[values.offsets],))


def truth(data: Array) -> Bits:
    """Whether numbers count as true: all but zero do."""
    return data if data.dtype == np.bool_ else data != 0
