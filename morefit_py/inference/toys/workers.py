"""Toys in several processes: each has the model by inheritance, compiles for itself and sends rows back."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace

from morefit_py.errors import FitError
from morefit_py.inference.toys.ensemble import Ensemble
from morefit_py.inference.toys.toy_fit import FitSettings, ToyFit, fit_toy

# Toys that are handed to a process together.
_BATCH = 8

_task: tuple[Ensemble, int, FitSettings] | None = None


def fits(
    ensemble: Ensemble, seed: int, toys: Sequence[int], settings: FitSettings, processes: int
) -> Iterator[ToyFit]:
    """The fits of toys one after the other, made by so many processes.

    Raises FitError where processes cannot be had, and where one of them dies.
    """
    if processes == 1 or len(toys) < 2:
        yield from (fit_toy(ensemble, seed, toy, settings) for toy in toys)
        return
    if "fork" not in multiprocessing.get_all_start_methods():
        raise FitError("toy study: this system has no processes that inherit a model; use processes=1")
    choice = ensemble.choice
    if not choice.backend.survives_fork:
        raise FitError(
            f"toy study: backend {choice.backend.name!r} cannot be shared among processes; use processes=1, "
            "or a backend that runs on the processor"
        )
    named = replace(ensemble, backend=choice.backend.name)
    pool = ProcessPoolExecutor(
        min(processes, len(toys)), multiprocessing.get_context("fork"), _begin, (named, seed, settings)
    )
    try:
        yield from pool.map(_fit, toys, chunksize=_BATCH)
    except BrokenProcessPool:
        raise FitError(
            "toy study: one of its processes died, for want of memory perhaps; use fewer processes"
        ) from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _begin(ensemble: Ensemble, seed: int, settings: FitSettings) -> None:
    global _task
    # Processes are the parallelism; threads of the parent are not inherited.
    os.environ["MOREFIT_NUM_THREADS"] = "1"
    _task = ensemble, seed, settings


def _fit(toy: int) -> ToyFit:
    assert _task is not None
    ensemble, seed, settings = _task
    return fit_toy(ensemble, seed, toy, settings)
