"""The command as users run it: errors are one line and an exit code, never a traceback."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from morefit_py.cli import main

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
        "batch",
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


@pytest.mark.parametrize("note", ["half of it is done", ""])
def test_an_interruption_says_how_far_it_came(
    note: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:
        stop = KeyboardInterrupt()
        if note:
            stop.add_note(note)
        raise stop

    monkeypatch.setattr("morefit_py.runtime.choose.devices", interrupted)
    monkeypatch.setattr(warnings, "showwarning", warnings.showwarning)
    monkeypatch.setattr("sys.argv", ["morefit", "devices"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 130
    assert capsys.readouterr().err.splitlines() == [note or "interrupted"]
