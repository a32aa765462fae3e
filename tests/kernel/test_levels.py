"""Levels of sums."""

from __future__ import annotations

import numpy as np

from morefit_py.graph.build import column, exp, param, total
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.kernel.levels import sum_levels

A, B = param(Parameter("a", 0.5)), param(Parameter("b", 0.5))
X = column(Observable("x", 0, 1))
DATA, NODES = Axis("data"), Axis("nodes", {"x": np.linspace(0, 1, 4)})


def test_sums_of_one_axis_share_a_level_where_nothing_forbids_it() -> None:
    norm = total(NODES, exp(A * X))
    slope = total(NODES, X * exp(A * X))
    events = total(DATA, exp(A * X + norm))
    free = total(DATA, exp(B * X))
    level = sum_levels([events, slope, free], [norm, slope, events, free])
    assert level[norm] == level[slope] == 0
    assert level[events] == level[free] == 1


def test_what_a_sum_needs_comes_before_it() -> None:
    first = total(DATA, exp(A * X))
    second = total(NODES, exp(first * X))
    third = total(DATA, exp(second * X))
    level = sum_levels([third], [first, second, third])
    assert level[first] < level[second] < level[third]


def test_no_sums_no_levels() -> None:
    assert sum_levels([A], []) == {}
