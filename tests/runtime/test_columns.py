"""Columns and moments of the data."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from morefit_py.codegen.layout import layout
from morefit_py.errors import BackendError
from morefit_py.graph.build import column, exp, inner, log, param, total
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.kernel.plan import plan
from morefit_py.model.columns.disk import DiskColumn, mapping
from morefit_py.passes.pipeline import ORDERS, run
from morefit_py.runtime import columns
from morefit_py.runtime.axis_data import AxisData
from morefit_py.runtime.columns import Blocks, column_arrays, moment_values

X, A = column(Observable("x", 0.1, 9.0)), Parameter("a", 0.5)
OBJECTIVE = total(Axis("data"), exp(param(A) * log(X)) + param(A) * X)
OPTIMISED = run(OBJECTIVE, [A])
LAYOUT = layout({order: plan(OPTIMISED, order) for order in ORDERS}, 64)


def test_expressions_are_evaluated_and_data_are_passed_on() -> None:
    values = np.linspace(0.1, 9, 70_000)
    data = AxisData({"x": values}, len(values))
    (logarithm,) = column_arrays(LAYOUT, "data", data, {})
    np.testing.assert_allclose(logarithm, np.log(values), rtol=1e-15)
    plain = layout({0: plan(run(total(Axis("data"), exp(param(A) * X)), [A]), 0)}, 64)
    assert column_arrays(plain, "data", data, {})[0] is values


def test_moments_are_sums_of_the_data() -> None:
    values = np.linspace(0.1, 9, 50)
    (moment,) = moment_values(LAYOUT, {"data": Axis("data")}, {"data": AxisData({"x": values}, 50)})
    assert moment == pytest.approx(values.sum())


def test_a_missing_column_is_named() -> None:
    plain = layout({0: plan(run(total(Axis("data"), exp(param(A) * X)), [A]), 0)}, 64)
    with pytest.raises(BackendError, match="no data for the column 'x'"):
        column_arrays(plain, "data", AxisData({}, 3), {})


def stored(folder: Path, values: np.ndarray) -> np.ndarray:
    column = DiskColumn(folder)
    column.append(values)
    return column.finish()


def test_what_is_computed_of_data_on_disk_is_there_too(tmp_path: Path) -> None:
    values = np.linspace(0.1, 9, 150_000)
    memory = AxisData({"x": values}, len(values))
    disk = AxisData({"x": stored(tmp_path, values)}, len(values), tmp_path)
    (expected,), (found,) = (column_arrays(LAYOUT, "data", held, {}) for held in (memory, disk))
    assert mapping(found) is not None
    np.testing.assert_array_equal(found, expected)
    sums = [moment_values(LAYOUT, {"data": Axis("data")}, {"data": held}) for held in (memory, disk)]
    assert sums[0] == sums[1]
    assert sums[0][0] == pytest.approx(math.fsum(values), rel=1e-15)


@pytest.mark.parametrize("chunks", [0, 1, 7, 8])
def test_blocks_of_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunks: int) -> None:
    values = np.zeros(1000)
    assert list(Blocks([values], chunks, 100)) == [(0, chunks)]
    assert Blocks([values], chunks, 100).in_memory
    mapped = stored(tmp_path, values)
    monkeypatch.setattr(columns, "BLOCK_BYTES", 8 * 100 * 6)
    assert not Blocks([values, mapped], chunks, 100).in_memory
    found = list(Blocks([mapped, values, mapped], chunks, 100))
    assert found == [(first, min(first + 3, chunks)) for first in range(0, chunks, 3)]
    # A block has one chunk at least.
    monkeypatch.setattr(columns, "BLOCK_BYTES", 1)
    assert list(Blocks([mapped], chunks, 100)) == [(first, first + 1) for first in range(chunks)]


def test_columns_that_are_sums_over_rows_know_their_axis() -> None:
    axis, m = Axis("k", {"k.m": np.linspace(0.0, 1.0, 7)}), column(Observable("k.m", 0.0, 1.0))
    objective = total(Axis("data"), exp(param(A) * inner(axis, exp(-((X - m) ** 2)))))
    made = layout({0: plan(run(objective, [A]), 0)}, 64)
    values = np.linspace(0.1, 9, 50)
    (found,) = column_arrays(made, "data", AxisData({"x": values}, 50), {"k": axis})
    wanted = np.exp(-((values[:, None] - axis.rows["k.m"]) ** 2)).sum(axis=1)
    np.testing.assert_allclose(found, wanted, rtol=1e-14)
