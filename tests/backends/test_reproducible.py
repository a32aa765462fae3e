"""The same bits, whatever the number of threads and however often; compiled once for all processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.backends.machines import at

ROOT = Path(__file__).resolve().parents[2]


def started(machine: str, cache: Path, threads: int = 2, model: str = "mass") -> subprocess.Popen[str]:
    environment = os.environ | {"MOREFIT_NUM_THREADS": str(threads), "MOREFIT_CACHE_DIR": str(cache)}
    # Set by this process, if it has loaded PoCL.
    for name in list(environment):
        if name.startswith("POCL_"):
            del environment[name]
    command = [sys.executable, "-W", "error", "-m", "tests.backends.evaluate", machine, model]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)


def lines(process: subprocess.Popen[str]) -> list[str]:
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return said.split("\n")[:-1]


@pytest.mark.parametrize("machine", ["c", "opencl"])
def test_threads_repetition_and_the_cache_change_no_bit(machine: str, tmp_path: Path) -> None:
    with at(machine, tmp_path):
        pass
    together = [started(machine, tmp_path / "kernels") for _ in range(3)]
    several = [lines(process) for process in together]
    alone = lines(started(machine, tmp_path / "kernels", threads=1))
    assert len({bits for said in (*several, alone) for bits in said[:-1]}) == 1
    # One of those that started together on an empty cache compiled; nobody else did.
    assert sorted(said[-1] for said in several) == ["compiled", "from the cache", "from the cache"]
    assert alone[-1] == "from the cache"
    assert not list((tmp_path / "kernels").glob(".pocl-*")), "scratch folders are left behind"


@pytest.mark.parametrize("machine", ["c", "opencl"])
def test_sums_over_rows_do_not_depend_on_threads(machine: str, tmp_path: Path) -> None:
    with at(machine, tmp_path):
        pass
    said = [lines(started(machine, tmp_path / "kernels", threads, "kernels")) for threads in (1, 2, 3)]
    assert len({bits for one in said for bits in one[:-1]}) == 1
