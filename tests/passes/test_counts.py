"""Operation counts per event."""

from __future__ import annotations

from morefit_py.graph.build import column, exp, log, param, total
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.passes.counts import LOAD_COST, count, is_moment

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
