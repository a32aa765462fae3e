"""The times of the signal, weighted by what is known of the masses, are distributed as they were drawn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import morefit_py as mf

from .mixtures import RATE, RISE, Array, events, mass_model

EDGES = np.linspace(0.0, 1.5, 13)
TRUTH = {"signal": RATE, "background": RISE}


def content(slope: float) -> Array:
    """The part of an exponential in each bin."""
    return np.diff(np.expm1(slope * EDGES) / np.expm1(slope * 1.5))


def chi2(found: mf.WeightedHistogram, slope: float, expected: float) -> float:
    off = found.heights - expected * content(slope)
    return float(off @ np.linalg.solve(found.covariance, off))


@pytest.mark.parametrize("method", ["sWeights", "COWs", "COWs of a histogram"])
@pytest.mark.parametrize(("component", "expected"), [("signal", 4000.0), ("background", 6000.0)])
def test_distribution_of_the_control_variable(method: str, component: str, expected: float) -> None:
    """The sum over 12 bins and 5 samples is a chi2 of 60; of the wrong component it is far off."""
    right = wrong = given = 0.0
    for seed in range(5):
        data = events(50 + seed, 4000, 6000)[0]
        fit = mf.compile(mass_model(), data)
        result = fit.minimise()
        if method == "sWeights":
            weights = mf.sweights(fit, result)
        else:
            variance = "histogram" if "histogram" in method else "density"
            weights = mf.cows(data, mass_model().channels["d"], result, variance=variance, fit=fit)
        held = weights.histogram(component, "t", EDGES)
        right += chi2(held, TRUTH[component], expected)
        wrong += chi2(held, -TRUTH[component], expected)
        given += np.sum((held.heights - expected * content(TRUTH[component])) ** 2 / held.independent)
    assert 1e-4 < stats.chi2.sf(right, 60) < 1.0 - 1e-4
    assert stats.chi2.sf(wrong, 60) < 1e-20
    # Weights taken as given have errors that are too small: not by as much as to be seen here, but by some.
    assert given > right


def test_the_distribution_function() -> None:
    """The largest distance from the true distribution function, as of an unweighted sample of its size."""
    data = events(7, 4000, 6000)[0]
    fit = mf.compile(mass_model(), data)
    held = mf.sweights(fit, fit.minimise()).dataset("signal")
    assert held.weights is not None
    order = np.argsort(held["t"])
    steps = np.cumsum(held.weights[order]) / held.sum_of_weights
    distance = np.max(np.abs(steps - np.expm1(RATE * held["t"][order]) / np.expm1(RATE * 1.5)))
    # Weights anticorrelated between neighbours can only narrow it: 1e-4 is conservative.
    assert stats.kstwobign.sf(distance * np.sqrt(held.effective_events)) > 1e-4
    assert (
        stats.kstwobign.sf(np.max(np.abs(steps - held["t"][order] / 1.5)) * np.sqrt(held.effective_events))
        < 1e-20
    )
