"""Threads that share the chunks of a loop; the interpreter lock is released inside a kernel."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from morefit_py.errors import BackendError

THREADS = "MOREFIT_NUM_THREADS"

# Chunks a thread needs before a second one pays for its hand-over.
_CHUNKS_PER_THREAD = 8


def processors() -> int:
    """The processors that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def thread_count() -> int:
    """The threads to use: MOREFIT_NUM_THREADS, else every processor this process may run on."""
    asked = os.environ.get(THREADS)
    if asked is None:
        return processors()
    if not asked.isdigit() or int(asked) < 1:
        raise BackendError(f"{THREADS}={asked!r} is not a whole number >= 1")
    return int(asked)


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="morefit")


def parts_of(chunks: int, threads: int, least: int = _CHUNKS_PER_THREAD) -> int:
    """How many threads share these chunks."""
    return max(1, min(threads, chunks // least))


def over_chunks(
    run: Callable[[int, int], object], chunks: int, threads: int, least: int = _CHUNKS_PER_THREAD
) -> None:
    """Call run(first, last) over all chunks, split among threads where each gets `least` of them or more."""
    parts = parts_of(chunks, threads, least)
    if parts < 2:
        run(0, chunks)
        return
    edges = [chunks * i // parts for i in range(parts + 1)]
    waiting = [_pool(parts).submit(run, edges[i], edges[i + 1]) for i in range(1, parts)]
    run(edges[0], edges[1])
    for part in waiting:
        part.result()
