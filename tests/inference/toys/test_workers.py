"""Toys in several processes."""

from __future__ import annotations

import multiprocessing
import os
from typing import Any

import pytest

from morefit_py.errors import FitError
from morefit_py.inference.toys import workers
from morefit_py.inference.toys.ensemble import Ensemble
from morefit_py.inference.toys.toy_fit import FitSettings

from .models import peak

SETTINGS = FitSettings()


def test_processes_give_the_same_fits_in_order() -> None:
    ensemble = Ensemble(peak())
    toys = [5, 0, 2, 9, 7, 1, 20, 21, 22, 23]
    one = list(workers.fits(ensemble, 3, toys, SETTINGS, 1))
    two = list(workers.fits(ensemble, 3, toys, SETTINGS, 2))
    assert [fit.toy for fit in two] == toys
    assert repr(one) == repr(two)


def test_backends_that_do_not_survive_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ensemble = Ensemble(peak())
    monkeypatch.setattr(type(ensemble.choice.backend), "survives_fork", False)
    with pytest.raises(FitError, match="cannot be shared among processes; use processes=1"):
        list(workers.fits(ensemble, 3, [1, 2], SETTINGS, 2))


def test_systems_without_fork_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    with pytest.raises(FitError, match="no processes that inherit a model"):
        list(workers.fits(Ensemble(peak()), 3, [1, 2], SETTINGS, 2))


def test_a_process_that_dies_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*arguments: Any) -> None:
        os._exit(1)

    monkeypatch.setattr(workers, "fit_toy", die)
    with pytest.raises(FitError, match="one of its processes died"):
        list(workers.fits(Ensemble(peak()), 3, [1, 2], SETTINGS, 2))
