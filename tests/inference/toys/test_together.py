"""Toys fitted in lockstep are those fitted one after the other."""

from __future__ import annotations

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.inference.toys import together
from morefit_py.inference.toys.ensemble import Ensemble
from morefit_py.inference.toys.together import fit_together
from morefit_py.inference.toys.toy_fit import FitSettings, fit_toy
from tests.inference.toys.models import MEAN, X, constrained, peak

N, M = mf.Parameter("n", 60.0, limits=(0.0, 900.0)), mf.Parameter("m", 90.0, limits=(0.0, 900.0))
SLOPE = mf.Parameter("slope", -0.2, limits=(-2.0, 1.0))


def two_channels() -> mf.Model:
    signal = mf.pdfs.Gaussian(X, MEAN, 0.8)
    first = N * signal + M * mf.pdfs.Exponential(X, SLOPE)
    return mf.Model({"a": first, "b": (0.5 * N) * signal}).constrained(mf.GaussianConstraint(MEAN, 5.0, 0.2))


def weighted(data: mf.Dataset) -> mf.Dataset:
    return mf.Dataset.from_numpy(dict(data.columns), 0.5 + 0.1 * data["x"])


def in_bins(data: mf.Dataset) -> mf.Dataset:
    return mf.Binned.from_dataset(data, {"x": 20}, [X])


ENSEMBLES = {
    "constrained": lambda: Ensemble(constrained(0.1)),
    "held outcomes": lambda: Ensemble(constrained(0.1), fluctuate=False),
    "two channels": lambda: Ensemble(two_channels()),
    "weighted": lambda: Ensemble(peak(), transform=weighted),
    "in bins": lambda: Ensemble(peak(), transform=in_bins),
    "another model": lambda: Ensemble(two_channels(), fitted=two_channels(), values={"slope": -0.1}),
}


@pytest.mark.parametrize("name", ENSEMBLES)
def test_toy_by_toy(name: str) -> None:
    ensemble = ENSEMBLES[name]()
    found = list(fit_together(ensemble, 3, range(4, 24)))
    assert [fit.toy for fit in found] == list(range(4, 24))
    for fit in found[::5]:
        alone = fit_toy(ensemble, 3, FitSettings(), fit.toy)
        assert (fit.events, fit.valid, fit.message, fit.attempts) == (alone.events, alone.valid, "", 1)
        errors = np.array(alone.errors)
        free = errors > 0.0
        assert np.array_equal(np.array(fit.errors) > 0.0, free)
        shift = (np.array(fit.values) - alone.values)[free] / errors[free]
        assert np.abs(shift).max() < 1e-6
        np.testing.assert_allclose(np.array(fit.errors)[free], errors[free], rtol=1e-6)
        assert np.array_equal(np.array(fit.values)[~free], np.array(alone.values)[~free])
        assert fit.nll == pytest.approx(alone.nll, rel=1e-12)


def test_toys_without_events_are_rows() -> None:
    found = list(fit_together(Ensemble(peak(0.7)), 1, range(30)))
    empty = [fit for fit in found if fit.events == 0]
    assert len(empty) > 5
    assert all(not fit.valid and "no events" in fit.message and fit.attempts == 0 for fit in empty)
    assert all(fit.valid for fit in found if fit.events)


def test_batches_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(fit_together(Ensemble(two_channels()), 1, range(40)))
    monkeypatch.setattr(together, "_TOYS", 7)
    again = fit_together(Ensemble(two_channels()), 1, range(40))
    # As text, for nan equals nan there.
    assert list(map(repr, again)) == list(map(repr, whole))


def test_threads_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for threads in ("1", "2", "7"):
        monkeypatch.setenv("MOREFIT_NUM_THREADS", threads)
        toys = fit_together(Ensemble(two_channels()), 1, range(60))
        found.append([repr(fit) for fit in toys])
    assert found[0] == found[1] == found[2]
