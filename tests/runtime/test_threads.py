"""Chunks shared among threads."""

from __future__ import annotations

import threading

import pytest

from morefit_py.errors import BackendError
from morefit_py.runtime.threads import over_chunks, parts_of, thread_count


@pytest.mark.parametrize("chunks", [0, 1, 15, 16, 17, 100, 1001])
@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_every_chunk_is_run_once(chunks: int, threads: int) -> None:
    seen: list[int] = []
    lock = threading.Lock()

    def run(first: int, last: int) -> None:
        with lock:
            seen.extend(range(first, last))

    over_chunks(run, chunks, threads)
    assert sorted(seen) == list(range(chunks))


def test_parts_follow_from_chunks_and_threads() -> None:
    assert [parts_of(chunks, 2) for chunks in (0, 1, 15, 16, 1000)] == [1, 1, 1, 2, 2]
    assert parts_of(100, 1) == 1
    assert parts_of(4, 8, least=1) == 4


def test_few_chunks_stay_on_this_thread() -> None:
    names: list[str] = []
    over_chunks(lambda first, last: names.append(threading.current_thread().name), 5, 8)
    assert names == [threading.current_thread().name]


def test_an_error_in_a_thread_is_raised() -> None:
    def run(first: int, last: int) -> None:
        if first:
            raise ValueError("in a thread")

    with pytest.raises(ValueError, match="in a thread"):
        over_chunks(run, 100, 2)


def test_the_number_of_threads_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOREFIT_NUM_THREADS", "3")
    assert thread_count() == 3
    for wrong in ("0", "-1", "two", "1.5"):
        monkeypatch.setenv("MOREFIT_NUM_THREADS", wrong)
        with pytest.raises(BackendError, match="MOREFIT_NUM_THREADS"):
            thread_count()
    monkeypatch.delenv("MOREFIT_NUM_THREADS")
    assert thread_count() >= 1
