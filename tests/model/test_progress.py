"""Tests of morefit_py.model.progress."""

import io
import sys

import pytest

from morefit_py.model import progress
from morefit_py.model.progress import bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """In place of stderr; not a fixture, because pytest puts its own back when the test begins."""
    found = Terminal()
    monkeypatch.setattr(sys, "stderr", found)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    return found


def run(asked: bool | None) -> None:
    with bar("reading data.root", 10, asked) as shown:
        for _ in range(10):
            shown.advance(1)


def test_asked_for_it_is_shown_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = a_terminal(monkeypatch)
    run(True)
    assert "reading data.root" in terminal.getvalue()
    assert "10/10" in terminal.getvalue()


@pytest.mark.parametrize("asked", [None, False])
def test_what_is_quick_shows_nothing(monkeypatch: pytest.MonkeyPatch, asked: bool | None) -> None:
    terminal = a_terminal(monkeypatch)
    run(asked)
    assert terminal.getvalue() == ""


def test_what_takes_long_is_shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = a_terminal(monkeypatch)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    run(None)
    assert "reading" in terminal.getvalue()
    monkeypatch.setattr(sys, "stderr", plain := io.StringIO())
    run(None)
    run(False)
    assert plain.getvalue() == ""


def test_it_goes_away_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = a_terminal(monkeypatch)
    with pytest.raises(TypeError), bar("reading", 10, True) as shown:
        shown.advance("not a number")  # type: ignore[arg-type]
    with bar("reading again", 10, True) as shown:
        shown.advance(1)
    assert "again" in terminal.getvalue()


def test_nothing_is_imported_for_a_bar_that_is_not_shown() -> None:
    import subprocess

    code = (
        "import sys; from morefit_py.model.progress import bar\n"
        "with bar('x', 1, None) as b: b.advance(1)\n"
        "assert 'rich.progress' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
