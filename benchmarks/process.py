"""Measurements in processes of their own: nothing imported, cached or allocated before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


class ChildError(Exception):
    """A process ended without a result; the message holds its last words."""


def run(module: str, *arguments: object, **environment: str) -> dict[str, Any]:
    """What `python -m MODULE ARGUMENTS` prints as JSON on its last line, with its `wall` time in seconds.

    Raises ChildError if it fails.
    """
    command = [sys.executable, "-m", module, *map(str, arguments)]
    begin = perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    wall = perf_counter() - begin
    if done.returncode or not done.stdout.strip():
        words = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise ChildError(
            f"{' '.join(map(str, [module, *arguments]))} ended with {done.returncode}: {words[0]}"
        )
    found = json.loads(done.stdout.strip().splitlines()[-1])
    return {"wall": wall, **found}


def command(*arguments: object, **environment: str) -> dict[str, float]:
    """The `wall` and `processor` time in seconds of `morefit ARGUMENTS` as a process of its own.

    Raises ChildError if it fails.
    """
    program = "from morefit_py.cli import main; main()"
    line = [sys.executable, "-c", program, *map(str, arguments)]
    begin, used = perf_counter(), sum(os.times()[2:4])
    done = subprocess.run(
        line, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        words = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise ChildError(f"morefit {' '.join(map(str, arguments))} ended with {done.returncode}: {words[0]}")
    return {"wall": perf_counter() - begin, "processor": sum(os.times()[2:4]) - used}


# OpenMP's threads keep their processors busy for milliseconds after a loop, which those whose turn it is
# next would pay for.
POLITE = {"GOMP_SPINCOUNT": "10000"}


def threads(count: int) -> dict[str, str]:
    """The environment in which everything that is measured uses so many threads."""
    names = ("MOREFIT_NUM_THREADS", "OMP_NUM_THREADS", "POCL_MAX_PTHREAD_COUNT", "POCL_CPU_MAX_CU_COUNT")
    return {**POLITE, **{name: str(count) for name in names}}


def answer(result: Mapping[str, Any]) -> None:
    """What a child prints for `run`."""
    print(json.dumps(result))


def peak_memory() -> int:
    """The most memory this process has held since `forget_peak`, in bytes."""
    return _status("VmHWM") or _most_ever()


def forget_peak() -> int:
    """Start a new peak from what the process holds now, which is returned, in bytes.

    Only Linux can forget; elsewhere the peak is that of the process's life.
    """
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")
    return _status("VmRSS") or _most_ever()


def _status(name: str) -> int:
    try:
        for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _most_ever() -> int:
    import resource

    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held if sys.platform == "darwin" else held * 1024
