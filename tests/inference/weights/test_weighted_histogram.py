"""Weighted histograms: NumPy's heights, and errors that the toys have."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import morefit_py as mf
from morefit_py.errors import DataError

from .mixtures import RATE, events, fitted, mass_model

EDGES = np.linspace(0.0, 1.5, 6)


def test_heights_are_those_of_numpy() -> None:
    weights = mf.sweights(*fitted())
    t, w = weights.data["t"], weights.of("signal")
    edges = [float(t.min()), 0.4, float(t[3]) if t[3] > 0.4 else 0.9, float(t.max())]
    found = weights.histogram("signal", "t", edges)
    assert found.heights == pytest.approx(np.histogram(t, edges, weights=w)[0], rel=1e-12)
    assert found.independent == pytest.approx(np.histogram(t, edges, weights=w**2)[0], rel=1e-12)
    assert found.heights.sum() == pytest.approx(weights.yields["signal"], rel=1e-12)
    # The sum over all bins is the yield, with the error that the fit gives it.
    robust = fitted()[0].minimise(robust=True)
    assert np.sqrt(found.covariance.sum()) == pytest.approx(robust.errors["n_s"], rel=1e-6)
    assert str(found).splitlines()[0] == "t of signal, in 3 bins"
    assert found.to_dict()["heights"] == found.heights.tolist()


def test_values_outside_are_in_no_bin() -> None:
    weights = mf.sweights(*fitted())
    found = weights.histogram(["signal", "background"], "t", [0.5, 0.7])
    inside = np.sum((weights.data["t"] >= 0.5) & (weights.data["t"] <= 0.7))
    assert found.heights == pytest.approx([inside], rel=1e-9)
    assert found.component == "signal + background"


@pytest.mark.study
def test_errors_of_the_toys() -> None:
    """chi2 with the whole covariance, over 400 toys of 5 bins each."""
    content = np.diff(np.expm1(RATE * EDGES) / np.expm1(RATE * 1.5))
    total = 0.0
    for seed in range(400):
        fit = mf.compile(mass_model(), events(2000 + seed)[0])
        found = mf.sweights(fit, fit.minimise()).histogram("signal", "t", EDGES)
        off = found.heights - 400.0 * content
        total += off @ np.linalg.solve(found.covariance, off)
    assert 1e-3 < stats.chi2.sf(total, 5 * 400) < 1.0 - 1e-3


def test_what_is_no_histogram() -> None:
    weights = mf.sweights(*fitted())
    with pytest.raises(DataError, match="no column 'tt'; did you mean 't'"):
        weights.histogram("signal", "tt", EDGES)
    for edges in ([0.0], [0.0, 0.0], [[0.0, 1.0]]):
        with pytest.raises(DataError, match="edges must be two numbers or more that ascend"):
            weights.histogram("signal", "t", edges)
