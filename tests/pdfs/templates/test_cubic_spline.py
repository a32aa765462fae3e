"""Splines whose values are fitted."""

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.pdfs import CubicSpline

X = mf.Observable("x", 0.0, 4.0)
KNOTS = (0.0, 1.0, 2.5, 4.0)


def test_a_fit_finds_the_values() -> None:
    values = [mf.Parameter(f"y{i}", 1.0) for i in range(3)]
    density = CubicSpline(X, KNOTS, (*values, 1.0))
    true = {"y0": 0.5, "y1": 2.0, "y2": 1.5}
    result = mf.compile(density, mf.sample(density, true, seed=3, size=20000)).minimise()
    assert result.valid
    for name, value in true.items():
        assert abs(result.values[name] - value) < 4 * result.errors[name]


def test_what_is_no_spline() -> None:
    with pytest.raises(ModelError, match="3 values for 4 knots"):
        CubicSpline(X, KNOTS, (1.0, 1.0, 1.0))
    with pytest.raises(ModelError, match=r"2 values for 2 knots; .* at least 3"):
        CubicSpline(X, (0.0, 4.0), (1.0, 1.0))
    with pytest.raises(ModelError, match="the density is negative"):
        mf.compile(CubicSpline(X, KNOTS, (0.0, 0.0, 9.0, 0.0)), {"x": np.array([2.0])})
