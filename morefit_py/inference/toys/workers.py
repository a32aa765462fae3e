"""Work on toys in several processes: each inherits what it needs, and sends results back."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from morefit_py.errors import FitError
from morefit_py.runtime.choose import Choice

T = TypeVar("T")

# Pieces of work that are handed to a process together.
_BATCH = 8

_task: Callable[[Any], Any] | None = None


def each(
    function: Callable[[Any], T], work: Sequence[Any], processes: int, device: Callable[[], Choice]
) -> Iterator[T]:
    """The function of each piece of work, such as a toy's number, in order, worked out by so many processes.

    `device` is what it computes on. Raises FitError where processes cannot be had, and where one dies.
    """
    if processes == 1 or len(work) < 2:
        yield from map(function, work)
        return
    if "fork" not in multiprocessing.get_all_start_methods():
        raise FitError("toys: this system has no processes that inherit a model; use processes=1")
    choice = device()
    if not choice.backend.survives_fork:
        raise FitError(
            f"toys: backend {choice.backend.name!r} cannot be shared among processes; use processes=1, or a "
            "backend that runs on the processor"
        )
    pool = ProcessPoolExecutor(
        min(processes, len(work)), multiprocessing.get_context("fork"), _begin, (function,)
    )
    try:
        yield from pool.map(_run, work, chunksize=min(_BATCH, -(-len(work) // processes)))
    except BrokenProcessPool:
        raise FitError("toys: a process died, for want of memory perhaps; use fewer of them") from None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _begin(function: Callable[[Any], Any]) -> None:
    global _task
    # Processes are the parallelism; threads of the parent are not inherited.
    os.environ["MOREFIT_NUM_THREADS"] = "1"
    _task = function


def _run(work: Any) -> Any:
    assert _task is not None
    return _task(work)
