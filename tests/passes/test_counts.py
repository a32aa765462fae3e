"""Operation counts per event."""

from __future__ import annotations

import numpy as np

from morefit_py.graph.build import column, exp, inner, log, param, total
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.passes.counts import LOAD_COST, count, is_moment, row_operations, spent

A, B = param(Parameter("a", 0.5)), param(Parameter("b", 0.5))
X = column(Observable("x", 0, 1))
AXIS = Axis("data")


def test_shared_work_counts_once_and_parameter_work_not_at_all() -> None:
    shape = exp(A * X)
    counts = count([total(AXIS, shape), total(AXIS, shape * X), exp(B)])
    assert counts.operations == {"exp": 1, "mul": 2}
    assert (counts.columns, counts.sums, counts.total) == (1, 2, 5)


def test_sums_of_data_alone_cost_nothing_in_a_call() -> None:
    moment = total(AXIS, X * log(X))
    assert is_moment(moment)
    assert count([moment * A]).total == 0


def test_a_precomputed_column_costs_a_read() -> None:
    costly = log(X)
    root = total(AXIS, exp(A * costly))
    assert count([root]).operations["log"] == 1
    saved = count([root], frozenset({costly}))
    assert "log" not in saved.operations
    assert saved.columns == 1
    assert saved.cost < count([root]).cost
    assert saved.cost >= LOAD_COST


def test_a_sum_over_rows_costs_its_term_once_a_row() -> None:
    rows = Axis("k", {"k.m": np.linspace(0.0, 1.0, 7)})
    m = Observable("k.m", 0.0, 1.0)
    shape = exp(-A * (X - m) ** 2 * log(m + 2.0))
    near = inner(rows, shape)
    counts = count([total(AXIS, near)])
    # A difference, its square, two products and an exponential a row, and the addition to the sum.
    assert counts.operations == {"add": 7 * 2, "exp": 7, "mul": 7 * 3}
    both = count([total(AXIS, near * inner(rows, m * shape))])
    assert both.operations == {"add": 7 * 3, "exp": 7, "mul": 7 * 4 + 1}
    assert spent(row_operations([near])) == 7 * (2 + 16 + 3)
