"""All that is wrong with a spec, each with its file, line and path, reported at once."""

from __future__ import annotations

import re
from collections.abc import Sequence

from morefit_py.errors import SpecError
from morefit_py.spec.lines import Document, Part

SHOWN = 10
_START = re.compile(r"(?<=is |to )[-+.\w]+ at the start")


class Problems:
    """Collects what is wrong with a document, to raise it together.

    Where a parameter is blinded, `blind`, messages tell no values at the start: these would give it away.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.blind = False
        self.found: list[tuple[int, str]] = []

    def add(self, path: Sequence[Part], what: str) -> None:
        """Note what is wrong with the value at a path, or with the nearest one above it that exists."""
        _, line = self.document.locate(path)
        if self.blind:
            what = _START.sub("a hidden value at the start", what)
        message = f"{self.document.where(path)}: {what}"
        if (line, message) not in self.found:
            self.found.append((line, message))

    @property
    def messages(self) -> list[str]:
        """The problems in the order of their lines."""
        return [message for _, message in sorted(self.found, key=lambda found: found[0])]

    def raise_if_any(self) -> None:
        """Raises SpecError with the problems in the order of their lines, if there are any."""
        messages = self.messages
        if not messages:
            return
        if len(messages) > SHOWN:
            messages = [*messages[:SHOWN], f"{self.document.name}: and {len(messages) - SHOWN} more problems"]
        raise SpecError("\n".join(messages))
