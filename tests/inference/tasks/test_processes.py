"""Tasks in several processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from morefit_py.inference.tasks.processes import TRIES, processes
from morefit_py.inference.tasks.task import Task
from morefit_py.runtime.threads import processors
from tests.inference.tasks.works import break_down, die, refuse, squares


def test_they_are_done_elsewhere_with_fewer_threads_and_may_fail(tmp_path: Path) -> None:
    tasks = [
        *squares(*range(6), folder=str(tmp_path)),
        Task("refused", "k", partial(refuse, 1)),
        Task("broken", "k", partial(break_down, 1)),
        Task("lost once", "k", partial(die, 7, str(tmp_path), 1)),
        Task("lost", "k", partial(die, 8, str(tmp_path), TRIES)),
    ]
    found = {task.name: outcome for task, outcome in processes(2)(tasks)}
    assert len(found) == len(tasks)
    assert [found[f"t{k}"].row["square"] for k in range(6)] == [k * k for k in range(6)]
    assert os.getpid() not in {found[f"t{k}"].row["process"] for k in range(6)}
    assert {found[f"t{k}"].row["threads"] for k in range(6)} == {str(max(1, processors() // 2))}
    # A process that dies takes no other task with it: each of the others was begun once.
    assert sorted(int(line) for line in (tmp_path / "log").read_text().split()) == list(range(6))
    assert found["refused"].failed == "1: cannot be done"
    assert found["broken"].failed.startswith("ZeroDivisionError")
    assert found["lost once"].row["square"] == 49
    assert found["lost"].failed.startswith(f"{TRIES} processes died of it (signal 9)")


def test_no_tasks_need_no_process() -> None:
    assert list(processes(2)([])) == []


def test_closing_ends_the_processes(tmp_path: Path) -> None:
    finished = processes(1)([*squares(1), Task("asleep", "k", partial(time.sleep, 60.0))])  # type: ignore[arg-type]
    begun = time.monotonic()
    _, outcome = next(finished)
    finished.close()
    assert time.monotonic() - begun < 55.0
    with pytest.raises(ProcessLookupError):
        os.kill(outcome.row["process"], 0)


_SCRIPT = """
from tests.inference.tasks.works import squares
from morefit_py.inference.tasks.processes import processes
list(processes(1)(squares(1)))
"""


def test_a_script_without_its_guard_is_told(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(_SCRIPT)
    root = Path(__file__).parents[3]
    path = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert 'must begin with `if __name__ == "__main__":`' in done.stderr
