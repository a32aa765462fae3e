"""Tasks in several processes of this machine, each a fresh one that imports what it needs."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from typing import Any

from morefit_py.errors import FitError
from morefit_py.inference.tasks.task import Finished, Outcome, Runner, Task, perform
from morefit_py.runtime.threads import THREADS, processors, thread_count

# How often a task is begun whose process dies.
TRIES = 2
_READY = "ready"


def processes(count: int) -> Runner:
    """Does tasks in so many processes, which share the processors: kernels have the fewer threads.

    A task whose process dies is begun again in another, twice in all.
    """
    return partial(_each, count)


@dataclass(eq=False)
class _Worker:
    process: Any
    connection: Connection
    ready: bool = False
    task: Task | None = None


def _each(count: int, tasks: Sequence[Task]) -> Finished:
    count = min(count, len(tasks))
    waiting, tries = deque(tasks), Counter[str]()
    threads = max(1, min(thread_count(), processors() // max(1, count)))
    workers = [_start(threads) for _ in range(count)]
    try:
        while any(worker.task for worker in workers) or waiting:
            ready = wait([worker.connection for worker in workers])
            for k, worker in enumerate(workers):
                if worker.connection not in ready:
                    continue
                try:
                    answer = worker.connection.recv()
                except (EOFError, OSError):
                    lost, worker.task = worker.task, None
                    code = _end(worker)
                    if not worker.ready:
                        raise FitError(_unstarted(code)) from None
                    workers[k] = _start(threads)
                    if lost is None:
                        continue
                    tries[lost.name] += 1
                    if tries[lost.name] < TRIES:
                        waiting.appendleft(lost)
                    else:
                        yield lost, Outcome(failed=_died(code))
                    continue
                worker.ready = True
                finished, worker.task = worker.task, None
                if waiting:
                    worker.task = waiting.popleft()
                    worker.connection.send(worker.task)
                if finished is not None:
                    yield finished, answer
    finally:
        for worker in workers:
            worker.process.kill()
            _end(worker)


def _start(threads: int) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, threads), daemon=True)
    process.start()
    # Theirs alone, so that the end of the process is the end of the pipe.
    theirs.close()
    return _Worker(process, ours)


def _end(worker: _Worker) -> int | None:
    worker.connection.close()
    worker.process.join()
    code: int | None = worker.process.exitcode
    return code


def _work(connection: Connection, threads: int) -> None:
    # An interruption of the terminal reaches all; the parent is the one that decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ[THREADS] = str(threads)
    answer: Any = _READY
    # A parent that was killed closes its end.
    while True:
        try:
            connection.send(answer)
            task = connection.recv()
        except (EOFError, OSError):
            return
        except Exception as problem:
            answer = Outcome(failed=f"the task cannot be read in another process ({problem})")
            continue
        answer = perform(task)


def _died(code: int | None) -> str:
    return (
        f"{TRIES} processes died of it ({_cause(code)}), for want of memory perhaps; use fewer at a time, or "
        "a machine with more"
    )


def _unstarted(code: int | None) -> str:
    return (
        f"tasks: a process could not be started ({_cause(code)}); a script that asks for several must begin "
        'with `if __name__ == "__main__":`'
    )


def _cause(code: int | None) -> str:
    return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
