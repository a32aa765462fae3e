"""The commands of docs/cli.md run as they stand, and the page leaves no command out."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from morefit_py.cli.main import app
from morefit_py.report.plots.style import have_matplotlib
from tests.examples.pages import ROOT, blocks

PAGE = "docs/cli.md"
COMMANDS = [line for kind, text in blocks(PAGE) if kind == "sh" for line in text.splitlines()]


@pytest.mark.skipif(not have_matplotlib(), reason="matplotlib and mplhep are not installed")
def test_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    monkeypatch.chdir(tmp_path)
    assert len(COMMANDS) > 8
    for command in COMMANDS:
        program, *arguments = shlex.split(command)
        assert program == "morefit"
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, f"{command}: {done.output} {done.exception}"
        for name in re.findall(r"out/[\w.]+", command):
            assert Path(name).exists(), name


def test_every_command_is_there() -> None:
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    groups = [group.name for group in app.registered_groups]
    for name in [command.name for command in app.registered_commands] + groups:
        assert f"| `morefit {name}` |" in text


@pytest.mark.parametrize("name", ["batch", "scan", "contour", "toys", "splot", "plot"])
def test_every_option_is_there(name: str) -> None:
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    shown = CliRunner(env={"COLUMNS": "200", "NO_COLOR": "1"}).invoke(app, [name, "--help"]).output
    options = set(re.findall(r"(?<![\w-])--[a-z][\w-]+", shown)) - {"--help"}
    # What is on by default is mentioned where it is turned off.
    for option in options - {"--pulls", "--components"}:
        assert option in text, option
