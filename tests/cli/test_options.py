"""Options that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from morefit_py.cli.options import Backend, Spec


def test_they_are_what_the_commands_take() -> None:
    assert get_args(Spec)[0] is Path
    assert get_args(Backend)[0] is str
    assert "morefit devices" in get_args(Backend)[1].help
