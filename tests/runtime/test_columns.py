"""Columns and moments of the data."""

from __future__ import annotations

import numpy as np
import pytest

from morefit_py.codegen.layout import layout
from morefit_py.errors import BackendError
from morefit_py.graph.build import column, exp, log, param, total
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.kernel.plan import plan
from morefit_py.passes.pipeline import ORDERS, run
from morefit_py.runtime.backend import AxisData
from morefit_py.runtime.columns import column_arrays, moment_values

X, A = column(Observable("x", 0.1, 9.0)), Parameter("a", 0.5)
OBJECTIVE = total(Axis("data"), exp(param(A) * log(X)) + param(A) * X)
OPTIMISED = run(OBJECTIVE, [A])
LAYOUT = layout({order: plan(OPTIMISED, order) for order in ORDERS}, 64)


def test_expressions_are_evaluated_and_data_are_passed_on() -> None:
    values = np.linspace(0.1, 9, 70_000)
    data = AxisData({"x": values}, len(values))
    (logarithm,) = column_arrays(LAYOUT, "data", data)
    np.testing.assert_allclose(logarithm, np.log(values), rtol=1e-15)
    plain = layout({0: plan(run(total(Axis("data"), exp(param(A) * X)), [A]), 0)}, 64)
    assert column_arrays(plain, "data", data)[0] is values


def test_moments_are_sums_of_the_data() -> None:
    values = np.linspace(0.1, 9, 50)
    (moment,) = moment_values(LAYOUT, {"data": Axis("data")}, {"data": AxisData({"x": values}, 50)})
    assert moment == pytest.approx(values.sum())


def test_a_missing_column_is_named() -> None:
    plain = layout({0: plan(run(total(Axis("data"), exp(param(A) * X)), [A]), 0)}, 64)
    with pytest.raises(BackendError, match="no data for the column 'x'"):
        column_arrays(plain, "data", AxisData({}, 3))
