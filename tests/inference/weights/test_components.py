"""Densities an event, and their derivatives, against SciPy's and differences."""

from __future__ import annotations

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import DataError
from morefit_py.graph.meaning import evaluate
from morefit_py.inference.weights import components
from morefit_py.inference.weights.components import Components, at_point, columns_for

from .mixtures import exponential, mass_model, normal

M = np.linspace(0.0, 1.0, 101)


def held(**values: float) -> Components:
    terms = mass_model().channels["d"].terms
    point = {"mean": 0.45, "width": 0.12, "fall": -1.5} | values
    return Components(tuple(t.name for t in terms), tuple(t.density for t in terms), point)


def test_values_are_those_of_scipy() -> None:
    found = held().evaluate({"m": M})
    assert found == pytest.approx(
        np.stack([normal(M, 0.45, 0.12), exponential(M, -1.5, 1.0)], axis=1), rel=1e-12
    )
    assert [x.name for x in held().observables] == ["m"]
    assert [p.name for p in held().parameters] == ["mean", "width", "fall"]


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = held().evaluate({"m": M})
    monkeypatch.setattr(components, "_BLOCK", 7)
    assert held().evaluate({"m": M}).tolist() == whole.tolist()


def test_slopes_are_derivatives() -> None:
    slopes = held().slopes({"m": M}, ["fall", "width"])
    assert slopes.shape == (101, 2, 2)
    for f, name in enumerate(["fall", "width"]):
        step = 1e-5
        up, down = (held(**{name: held().values[name] + s}).evaluate({"m": M}) for s in (step, -step))
        assert slopes[:, :, f] == pytest.approx((up - down) / (2 * step), rel=1e-6, abs=1e-6)


def test_numbers_have_no_parameters() -> None:
    mean = mf.Parameter("mean", 1.0)
    assert str(at_point(mf.expressions.exp(mean * mean), {"mean": 2.0})) == str(mf.expressions.exp(4.0))


def test_combinations_are_expressions() -> None:
    (values,) = evaluate([held().combined([2.0, 3.0])], {}, {"": {"m": M}})
    assert values == pytest.approx(held().evaluate({"m": M}) @ [2.0, 3.0], rel=1e-12)


def test_missing_columns_are_named() -> None:
    with pytest.raises(DataError, match="here: no column 'm'; did you mean 'mm'"):
        columns_for("here", held().observables, {"mm": M})
