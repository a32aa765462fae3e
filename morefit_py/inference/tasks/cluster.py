"""Tasks on a Dask cluster: they travel there, their outcomes travel back, and nothing else is shared."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError
from contextlib import closing, suppress
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import uuid4

from morefit_py.errors import FitError
from morefit_py.inference.tasks.task import Finished, Outcome, Runner, Task, perform
from morefit_py.runtime.threads import THREADS

_DIED = "workers died of it, for want of memory perhaps; use some with more"
# Seconds to wait for a scheduler to answer.
_PATIENCE = 10.0

# Warnings are collected for the whole process, and a kernel uses all threads of its worker.
_one_at_a_time = threading.Lock()


def cluster(address: str) -> Runner:
    """Does tasks on the cluster of a scheduler, given by its address or by the file that it wrote.

    The scheduler gives a task whose worker dies to another; those that it gives up, as workers died of them
    or beside them, are tried once more at the end, each alone. Raises FitError without `dask.distributed`,
    and, as soon as tasks are asked for, where no scheduler answers.
    """
    if find_spec("distributed") is None:
        raise FitError("a Dask cluster needs dask.distributed: `pip install 'morefit-py[dask]'`")
    return partial(_each, address)


def _each(address: str, tasks: Sequence[Task]) -> Finished:
    if not tasks:
        return
    distributed = _dask()
    with closing(_client(address)) as client:
        # Keys of their own: outcomes of an earlier run are not what is asked for.
        run, lost = uuid4().hex, list[Task]()
        asked = {_submitted(client, task, run): task for task in tasks}
        try:
            for future in distributed.as_completed(list(asked), loop=client.loop):
                outcome, task = _outcome(future, address), asked.pop(future)
                if outcome is None:
                    lost.append(task)
                else:
                    yield task, outcome
                # Its outcome is dropped there.
                future.release()
            for task in lost:
                # Nothing beside it that could be to blame.
                future = _submitted(client, task, f"{run}-alone")
                asked[future] = task
                yield task, _outcome(future, address) or Outcome(failed=_DIED)
                del asked[future]
        finally:
            if asked:
                with suppress(Exception):
                    client.cancel(list(asked))


def _dask() -> Any:
    return import_module("distributed")


def _submitted(client: Any, task: Task, run: str) -> Any:
    return client.submit(_perform, task, key=f"{task.name}-{run}", pure=False)


def _client(address: str) -> Any:
    where = {"scheduler_file": address} if os.path.isfile(address) else {"address": address}
    try:
        return _dask().Client(**where, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as problem:
        said = str(problem).splitlines()[0] if str(problem) else "no answer"
        raise FitError(f"{address}: no scheduler of Dask answers there ({said}); start one") from None


def _outcome(future: Any, address: str) -> Outcome | None:
    """What a task came to, waited for; None where workers died.

    A finished one is done again where its worker died before the outcome was fetched.
    """
    killed = import_module("distributed.scheduler").KilledWorker
    try:
        found: Outcome = future.result()
    except killed:
        return None
    except CancelledError:
        raise FitError(f"{address}: the cluster went away; the same again does the rest") from None
    except Exception as problem:
        return Outcome(failed=f"the cluster gave it up ({type(problem).__name__}: {problem})")
    return found


def _perform(task: Task) -> Outcome:
    """Does the task in a worker, with as many threads as the worker has."""
    with _one_at_a_time:
        os.environ[THREADS] = str(_dask().get_worker().state.nthreads)
        return perform(task)
