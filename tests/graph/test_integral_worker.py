"""The worker process from the outside."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from morefit_py.graph import integral_worker
from morefit_py.graph.build import exp
from morefit_py.graph.integral_process import _request
from morefit_py.graph.symbols import Observable, Parameter

x, p = Observable("x", 0.0, 3.0), Parameter("p", 1.0, limits=(0.5, 2.0))
REQUEST = _request(exp(-p * x), x, 0.0, 3.0, 30.0, [p])


def test_it_answers_on_standard_output(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(REQUEST))
    integral_worker.main()
    assert capsys.readouterr().out.startswith("morefit graph 1\n")


def test_what_it_cannot_read_fails_without_an_answer() -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-m", "morefit_py.graph.integral_worker"]
    environment = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(command, input="{}\n", capture_output=True, text=True, env=environment, check=False)
    assert done.returncode != 0
    assert done.stdout == ""
