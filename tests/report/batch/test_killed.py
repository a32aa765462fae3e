"""A batch that is killed, again and again, ends as one that nobody disturbed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from morefit_py.report.batch.run import fit_specs
from tests.report.batch.small import write_specs

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no process groups")

ROOT = Path(__file__).parents[3]
KILLS = 10
# More than are finished before the last kill, at most 5 each time and those that are under way.
FITS = 90


@pytest.fixture
def server() -> Iterator[subprocess.Popen[str]]:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "tests.report.batch.killed"]
    environment = {**os.environ, "PYTHONPATH": path}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(30) == 0


def finished(output: Path) -> dict[str, tuple[int, int]]:
    """What identifies the record of each fit that is in its place."""
    held = [(path.parent.name, path.stat()) for path in output.glob("fits/[!.]*/record.json")]
    return {name: (status.st_ino, status.st_mtime_ns) for name, status in held}


def killed(server: subprocess.Popen[str], specs: Path, output: Path, jobs: int, rng: random.Random) -> int:
    """Runs the batch until some more fits are finished and an instant longer; the signal it ended by."""
    assert server.stdin is not None
    assert server.stdout is not None
    wanted = len(finished(output)) + rng.randrange(6)
    server.stdin.write(json.dumps({"specs": str(specs), "output": str(output), "jobs": jobs}) + "\n")
    server.stdin.flush()
    child = int(server.stdout.readline())
    patience = time.monotonic() + 60.0
    while len(finished(output)) < wanted and time.monotonic() < patience:
        time.sleep(0.001)
    # Long enough for any moment of a fit.
    time.sleep(rng.uniform(0.0, 0.02))
    while time.monotonic() < patience:
        try:
            os.killpg(child, signal.SIGKILL)
            break
        except ProcessLookupError:
            # It does not lead its group yet.
            time.sleep(0.001)
    return int(server.stdout.readline())


def content(folder: Path) -> dict[str, Any]:
    """The files of a fit, without times."""
    held: dict[str, Any] = {path.name: path.read_bytes() for path in folder.iterdir()}
    result, record = json.loads(held["result.json"]), json.loads(held["record.json"])
    result.pop("times")
    record["row"].pop("seconds")
    record["files"].pop("result.json")
    record.pop("seal")
    return {**held, "result.json": result, "record.json": record}


def test_ten_kills_lose_and_repeat_nothing(server: subprocess.Popen[str], tmp_path: Path) -> None:
    rng = random.Random(7)
    specs = write_specs(tmp_path / "specs", [f"s{k:02d}" for k in range(FITS)])
    # Audits say whether the kernel was built just now.
    fit_specs(specs / "s00.yaml", tmp_path / "warm")
    undisturbed = fit_specs(specs, tmp_path / "undisturbed")
    output = tmp_path / "killed"
    seen: dict[str, tuple[int, int]] = {}
    progress = []
    for number in range(KILLS):
        jobs = 2 if number == 6 else 1
        assert killed(server, specs, output, jobs, rng) == signal.SIGKILL
        now = finished(output)
        # No record that was there was written anew.
        assert {name: now.get(name) for name in seen} == seen
        seen = now
        progress.append(len(now))
    assert 5 < len(seen) < FITS, progress
    batch = fit_specs(specs, output)
    assert set(batch.fitted) == {row.name for row in batch.rows} - set(seen)
    now = finished(output)
    assert {name: now[name] for name in seen} == seen
    for name in now:
        assert content(output / "fits" / name) == content(tmp_path / "undisturbed" / "fits" / name)
    table, other = batch.columns(), undisturbed.columns()
    del table["seconds"], other["seconds"]
    assert table == other
    assert [path.name for path in (output / "fits").iterdir() if path.name.startswith(".")] == []


def test_an_interruption_of_the_terminal_ends_all_and_says_how_to_go_on(tmp_path: Path) -> None:
    specs = write_specs(tmp_path / "specs", [f"s{k:02d}" for k in range(60)])
    output = tmp_path / "out"
    command = "from morefit_py.cli import main; main()"
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    arguments = ["batch", str(specs), "--output", str(output), "--jobs", "2"]
    with subprocess.Popen(
        [sys.executable, "-c", command, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,
    ) as process:
        patience = time.monotonic() + 60.0
        while len(finished(output)) < 3 and time.monotonic() < patience:
            time.sleep(0.001)
        # As Ctrl-C does: the whole group is told.
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 130, err
    assert "Traceback" not in err
    last = err.splitlines()[-1]
    assert last.endswith("of 60 fits are done; the same again does the rest")
    done = int(last.split()[0])
    kept = len(finished(output))
    # One may have come to its place and not been counted yet.
    assert kept in (done, done + 1)
    assert 3 <= kept < 60
    assert out == ""
    assert len(fit_specs(specs, output).fitted) == 60 - kept
