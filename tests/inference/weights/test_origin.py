"""How a fit's gradient fluctuates, seen from one channel."""

from __future__ import annotations

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.inference.weights.origin import fitted

from .mixtures import events, mass_model


def test_parameters_that_moved() -> None:
    fit = mf.compile(mass_model(), events(1)[0])
    found = fitted(fit.likelihood, np.array([400.0, 0.5, 0.1, 600.0, -1.0]), "d")
    assert found.moved == fit.parameters
    assert found.index(("fall", "n_s")) == [4, 0]
    held = mf.compile(mass_model(False), events(1)[0])
    assert fitted(held.likelihood, held.initial, "d").moved == ("n_s", "n_b")


def test_products_of_all_channels_and_constraints_are_shared_out() -> None:
    """What the events of one channel leave is that of the other channel and the constraint."""
    shared = mass_model().channels["d"]
    width = mf.Parameter("width", 0.1, limits=(0.03, 0.3))
    model = mf.Model({"a": shared, "b": 2.0 * shared}).constrained(mf.GaussianConstraint(width, 0.1, 0.01))
    fit = mf.compile(model, {"a": events(1)[0], "b": events(2, 800, 1200)[0]})
    theta = fit.minimise().values
    at = np.array([theta[name] for name in fit.parameters])
    one = fitted(fit.likelihood, at, "a")
    scores = one.scores()
    other = fit.scores(at, "b")
    expected = other.T @ other
    place = fit.parameters.index("width")
    expected[place, place] += 1.0 / 0.01**2
    assert one.others(scores.T @ scores) == pytest.approx(expected, rel=1e-8, abs=1e-6)


def test_a_single_channel_leaves_its_constraints() -> None:
    width = mf.Parameter("width", 0.1, limits=(0.03, 0.3))
    model = mass_model().constrained(mf.GaussianConstraint(width, 0.1, 0.02))
    fit = mf.compile(model, events(1)[0])
    left = fitted(fit.likelihood, fit.initial, "d").others(np.zeros((5, 5)))
    place = fit.parameters.index("width")
    assert left[place, place] == pytest.approx(1.0 / 0.02**2)
    left = left.copy()
    left[place, place] = 0.0
    assert not left.any()
