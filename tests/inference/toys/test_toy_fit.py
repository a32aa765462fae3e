"""One toy's fit against what is known of it in closed form."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.inference.toys.ensemble import Ensemble
from morefit_py.inference.toys.seeds import toy_seed
from morefit_py.inference.toys.toy_fit import FitSettings, fit_toy

from .models import peak

ENSEMBLE = Ensemble(peak())


def test_a_fit_is_its_events_mean_and_number() -> None:
    found = fit_toy(ENSEMBLE, 1, FitSettings(), 17)
    x = mf.sample(peak(), seed=toy_seed(1, 17))["x"]
    assert (found.toy, found.events, found.valid, found.message) == (17, len(x), True, "")
    assert found.values == pytest.approx((len(x), np.mean(x), 1.0), rel=1e-6)
    assert found.errors == pytest.approx((sqrt(len(x)), 1.0 / sqrt(len(x)), 0.0), rel=1e-5)
    assert all(map(isnan, found.lower + found.upper))
    assert found.edm < 1e-4


def test_asymmetric_errors_are_those_of_a_poisson_mean() -> None:
    found = fit_toy(ENSEMBLE, 1, FitSettings(minos=("n",)), 17)
    n = found.events
    for side in (found.lower[0], found.upper[0]):
        mean = n + side
        # Where mean - n log mean is 1/2 above its minimum.
        assert mean - n - n * np.log(mean / n) == pytest.approx(0.5, rel=2e-3)
    assert found.lower[0] < 0.0 < found.upper[0]
    assert isnan(found.lower[1])


def test_a_toy_without_events_is_an_outcome() -> None:
    found = fit_toy(Ensemble(peak(), {"n": 0.0}), 1, FitSettings(), 0)
    assert (found.events, found.valid) == (0, False)
    assert "there are no events" in found.message
    assert all(map(isnan, found.values + found.errors))


def test_a_fit_that_cannot_start_is_an_outcome() -> None:
    # Made with a wide peak, fitted with one so narrow that its density underflows.
    x = mf.Observable("x", 0.0, 10.0)
    narrow = mf.Model({"d": mf.pdfs.Gaussian(x, mf.Parameter("mean", 5.0), 1e-160)})
    found = fit_toy(Ensemble(mf.Model({"d": mf.pdfs.Uniform(x)}), {}, narrow, size=10), 1, FitSettings(), 0)
    assert not found.valid
    assert "start: the NLL is inf" in found.message


def test_a_fit_that_is_not_valid_says_why() -> None:
    a, b = (mf.Parameter(name, 100.0, limits=(0.0, 1e4)) for name in "ab")
    flat = mf.pdfs.Uniform(mf.Observable("x", 0.0, 10.0))
    found = fit_toy(Ensemble(mf.Model({"d": a * flat + b * flat})), 1, FitSettings(), 0)
    assert not found.valid
    assert "singular" in found.message
