"""The choice of data-only columns."""

from __future__ import annotations

import numpy as np

from morefit_py.graph.build import column, exp, inner, log, param, sin, total
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.passes.columns import choose_columns

A, B = param(Parameter("a", 0.5)), param(Parameter("b", 0.5))
X = column(Observable("x", 0, 1))
AXIS = Axis("data")


def test_dear_data_terms_become_columns_and_cheap_ones_do_not() -> None:
    root = total(AXIS, exp(A * log(X)) + exp(B * (2.0 * X)))
    assert choose_columns([root], 10) == {log(X)}


def test_the_budget_bounds_them_dearest_first() -> None:
    root = total(AXIS, exp(A * log(X)) * exp(B * sin(log(X) + X)))
    assert choose_columns([root], 0) == frozenset()
    assert choose_columns([root], 1) == {sin(log(X) + X)}
    assert len(choose_columns([root], 9)) == 2


def test_what_another_column_needs_anyway_is_not_paid_twice() -> None:
    cheap = 2.0 * X - 1.0
    root = total(AXIS, exp(A * cheap) * exp(B * (cheap * cheap)))
    assert choose_columns([root], 10) == frozenset()


def test_fixed_rows_are_left_alone() -> None:
    fixed = Axis("nodes", {"x": np.linspace(0.1, 1, 5)})
    assert choose_columns([total(fixed, exp(A * log(X)))], 10) == frozenset()


def test_sums_over_rows_of_the_data_alone_become_columns_also_of_fixed_rows() -> None:
    rows = Axis("k", {"k.m": np.linspace(0.0, 1.0, 7)})
    m = Observable("k.m", 0.0, 1.0)
    near, moving = inner(rows, m * exp(-((X - m) ** 2))), inner(rows, exp(-B * (X - m) ** 2))
    term = exp(A * near) * moving
    assert choose_columns([total(AXIS, term)], 10) == {near}
    fixed = Axis("nodes", {"x": np.linspace(0.1, 1, 5)})
    assert choose_columns([total(fixed, term)], 10) == {near}
