"""The lock: one holder among threads and processes, released by death, never left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from morefit_py.errors import CacheError
from morefit_py.runtime.cache_lock import LockTimeoutError, exclusive

HOLD = """
import sys, time
from pathlib import Path
from morefit_py.runtime.cache_lock import exclusive
with exclusive(Path(sys.argv[1]), timeout=0):
    print("held", flush=True)
    time.sleep(60)
"""


def test_threads_take_turns(tmp_path: Path) -> None:
    inside = []
    overlaps = []

    def work() -> None:
        for _ in range(20):
            with exclusive(tmp_path / "lock", timeout=30):
                inside.append(1)
                overlaps.append(len(inside))
                time.sleep(0.0005)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert overlaps == [1] * 80


def test_leaves_no_file(tmp_path: Path) -> None:
    with exclusive(tmp_path / "lock", timeout=0):
        assert (tmp_path / "lock").exists()
    assert list(tmp_path.iterdir()) == []


def test_is_released_by_an_exception(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="inside"), exclusive(tmp_path / "lock", timeout=0):
        raise RuntimeError("inside")
    with exclusive(tmp_path / "lock", timeout=0):
        assert (tmp_path / "lock").exists()


def test_names_the_process_that_holds_it(tmp_path: Path) -> None:
    with (
        exclusive(tmp_path / "lock", timeout=0),
        pytest.raises(LockTimeoutError, match=f"process {os.getpid()} .* more than 0.02 s; end it"),
        exclusive(tmp_path / "lock", timeout=0.02),
    ):
        pass


def test_dies_with_its_process(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "lock")], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockTimeoutError), exclusive(tmp_path / "lock", timeout=0):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with exclusive(tmp_path / "lock", timeout=0):
        assert (tmp_path / "lock").exists()


def test_ignores_a_lock_on_a_file_that_was_replaced(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with exclusive(path, timeout=0):
        path.unlink()
        path.touch()
        with exclusive(path, timeout=0):
            assert path.read_text() == str(os.getpid())


def test_says_where_no_lock_can_be_made(tmp_path: Path) -> None:
    with (
        pytest.raises(CacheError, match=r"missing/lock: .*No such file.*MOREFIT_CACHE_DIR"),
        exclusive(tmp_path / "missing" / "lock", timeout=0),
    ):
        pass
