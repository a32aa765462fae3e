"""A bar on the terminal for what takes more than a moment."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.progress import Progress

# Seconds that pass before a bar appears that was not asked for.
PATIENCE = 1.0


class Bar:
    """Counts what is done, and shows it on stderr once `PATIENCE` is over, or at once where asked for."""

    def __init__(self, what: str, total: int, asked: bool | None) -> None:
        self.what = what
        self.total = total
        self.done = 0
        self.wanted = bool(sys.stderr.isatty()) if asked is None else asked
        self.since = monotonic() - (PATIENCE if asked else 0.0)
        self._shown: Progress | None = None
        self._task: Any = None

    def advance(self, count: int) -> None:
        """So many more are done."""
        self.done += count
        if self._shown is not None:
            self._shown.update(self._task, completed=self.done)
        elif self.wanted and monotonic() - self.since >= PATIENCE:
            self._show()

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        self._shown = Progress(*columns, console=Console(stderr=True), transient=True)
        self._shown.start()
        self._task = self._shown.add_task(self.what, total=self.total, completed=self.done)

    def stop(self) -> None:
        """Take the bar away."""
        if self._shown is not None:
            self._shown.stop()
            self._shown = None


@contextmanager
def bar(what: str, total: int, asked: bool | None) -> Iterator[Bar]:
    """A bar while something lasts: True shows it, False does not, None where stderr is a terminal."""
    found = Bar(what, total, asked)
    try:
        yield found
    finally:
        found.stop()
