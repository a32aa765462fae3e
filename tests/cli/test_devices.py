"""`morefit devices`."""

from __future__ import annotations

from typer.testing import CliRunner

from morefit_py.cli.main import app
from morefit_py.runtime.backend import backend_names


def test_every_backend_is_listed() -> None:
    done = CliRunner().invoke(app, ["devices"])
    assert done.exit_code == 0, done.output
    for name in backend_names():
        assert name in done.output
