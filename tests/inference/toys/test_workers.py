"""Work in several processes."""

from __future__ import annotations

import multiprocessing
import os
from functools import partial

import pytest

from morefit_py.errors import FitError
from morefit_py.inference.toys import workers
from morefit_py.inference.toys.ensemble import Ensemble
from morefit_py.inference.toys.toy_fit import FitSettings, fit_toy

from .models import peak

ENSEMBLE = Ensemble(peak())


def test_processes_give_the_same_in_order() -> None:
    toys = [5, 0, 2, 9, 7, 1, 20, 21, 22, 23]
    function = partial(fit_toy, Ensemble(peak()), 3, FitSettings())
    one = list(workers.each(function, toys, 1, lambda: ENSEMBLE.choice))
    two = list(workers.each(function, toys, 2, lambda: ENSEMBLE.choice))
    assert [fit.toy for fit in two] == toys
    assert repr(one) == repr(two)


def test_work_is_done_elsewhere() -> None:
    found = set(workers.each(lambda toy: os.getpid(), range(40), 2, lambda: ENSEMBLE.choice))
    assert os.getpid() not in found
    assert set(workers.each(lambda toy: os.getpid(), range(4), 1, lambda: ENSEMBLE.choice)) == {os.getpid()}


def test_backends_that_do_not_survive_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(ENSEMBLE.choice.backend), "survives_fork", False)
    with pytest.raises(FitError, match="cannot be shared among processes; use processes=1"):
        list(workers.each(abs, [1, 2], 2, lambda: ENSEMBLE.choice))


def test_systems_without_fork_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    with pytest.raises(FitError, match="no processes that inherit a model"):
        list(workers.each(abs, [1, 2], 2, lambda: ENSEMBLE.choice))


def test_a_process_that_dies_is_noticed() -> None:
    with pytest.raises(FitError, match="a process died"):
        list(workers.each(lambda toy: os._exit(1), [1, 2], 2, lambda: ENSEMBLE.choice))
