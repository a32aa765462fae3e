"""`morefit devices`."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from morefit_py.cli.main import app
from morefit_py.runtime.backend import Device, backend_names


def test_every_backend_is_listed() -> None:
    done = CliRunner().invoke(app, ["devices"])
    assert done.exit_code == 0, done.output
    for name in backend_names():
        assert name in done.output


def test_what_is_missing_is_told_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = "no C compiler; install gcc or clang, or run `pip install 'morefit-py[compiler]'` " * 2
    held = [Device("c", "a compiler [of ours]", "cpu", 1, problem), Device("reference", "NumPy", "cpu", 9)]
    monkeypatch.setattr("morefit_py.runtime.choose.devices", lambda: held)
    lines = CliRunner().invoke(app, ["devices"]).output.splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["backend", "device", "kind", "usable"],
        ["c", "a", "compiler", "[of", "ours]", "cpu", "no"],
        ["reference", "NumPy", "cpu", "yes"],
    ]
    assert max(len(line) for line in lines[:3]) <= 80
    assert lines[4:] == ["what cannot be used:", f"  c: {problem}"]
