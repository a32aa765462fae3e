"""The command as users run it: errors are one line and an exit code, never a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def morefit(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from morefit_py.cli import main; main()", *args],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )


def test_an_error_of_ours_is_one_line_and_exit_code_1() -> None:
    done = morefit("fit", "no-such-file.yaml")
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "no-such-file.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_lists_every_command() -> None:
    done = morefit("--help")
    assert done.returncode == 0
    for command in (
        "fit",
        "scan",
        "contour",
        "toys",
        "splot",
        "plot",
        "inspect",
        "check",
        "convert",
        "devices",
        "cache",
    ):
        assert command in done.stdout


def test_an_unknown_option_is_a_usage_error() -> None:
    assert morefit("fit", "specs/bmass.yaml", "--backendd", "c").returncode == 2
