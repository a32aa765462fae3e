"""Tasks on a Dask cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from morefit_py.errors import FitError
from morefit_py.inference.tasks import cluster as module
from morefit_py.inference.tasks.cluster import cluster
from tests.inference.tasks.works import squares

ROOT = Path(__file__).parents[3]

# In a process of its own: a cluster leaves threads and loops behind.
_SCRIPT = """
import json, logging, sys
from functools import partial

import dask
from distributed import LocalCluster

from morefit_py.inference.tasks.cluster import cluster
from morefit_py.inference.tasks.task import Task
from tests.inference.tasks.works import break_down, die, refuse, squares


def main(folder):
    options = {"dashboard_address": None, "silence_logs": logging.CRITICAL}
    tasks = [
        *squares(*range(8)),
        Task("refused", "k", partial(refuse, 1)),
        Task("broken", "k", partial(break_down, 1)),
        Task("lost once", "k", partial(die, 7, folder, 1)),
        Task("lost", "k", partial(die, 8, folder, 99)),
    ]
    # A task is given up at once when its worker dies, and those that wait there with it.
    dask.config.set({"distributed.scheduler.allowed-failures": 0})
    with LocalCluster(n_workers=2, threads_per_worker=2, **options) as held:
        found = {task.name: outcome for task, outcome in cluster(held.scheduler_address)(tasks)}
        # The same keys once more are done once more.
        again = [outcome.row for _, outcome in cluster(held.scheduler_address)(squares(1))]
    print(json.dumps([{n: [dict(o.row), o.failed] for n, o in found.items()}, [dict(row) for row in again]]))


if __name__ == "__main__":
    main(sys.argv[1])
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Any:
    pytest.importorskip("distributed")
    folder = tmp_path_factory.mktemp("cluster")
    script = folder / "script.py"
    script.write_text(_SCRIPT)
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    held = subprocess.run(
        [sys.executable, str(script), str(folder)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": path, "DASK_TEMPORARY_DIRECTORY": str(folder)},
        cwd=folder,
        timeout=180,
        check=False,
    )
    assert held.returncode == 0, held.stderr
    return json.loads(held.stdout.splitlines()[-1])


def test_outcomes_travel_back(done: Any) -> None:
    found, again = done
    assert [found[f"t{k}"][0]["square"] for k in range(8)] == [k * k for k in range(8)]
    assert {found[f"t{k}"][0]["threads"] for k in range(8)} == {"2"}
    assert [row["square"] for row in again] == [1]


def test_failures_are_outcomes(done: Any) -> None:
    assert done[0]["refused"] == [{}, "1: cannot be done"]
    assert done[0]["broken"][1].startswith("ZeroDivisionError")


def test_a_worker_that_dies_loses_nothing(done: Any) -> None:
    assert done[0]["lost once"][0]["square"] == 49
    assert done[0]["lost"][1].startswith("workers died of it")


def test_no_scheduler_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(module, "_PATIENCE", 0.2)
    with pytest.raises(FitError, match="no scheduler of Dask answers there"):
        list(cluster("tcp://127.0.0.1:1")(squares(1)))


def test_a_missing_dask_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    with pytest.raises(FitError, match=r"pip install 'morefit-py\[dask\]'"):
        cluster("tcp://127.0.0.1:8786")
