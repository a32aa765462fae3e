"""Results of this layer as plain values and as JSON."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from morefit_py.fit.plain import encoded

UNWRITTEN: Final = {"written": False}
"""The metadata of a field that is not written: what a result needs to go on working, not what it says."""


class Record:
    """A frozen dataclass whose fields go to JSON, but for those marked UNWRITTEN."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The fields by name as JSON has them, with the name of the class as `kind`.

        Arrays are lists; numbers that JSON does not have are `{"float": "nan"}`, with inf and -inf alike.
        """
        held = {
            entry.name: encoded(_plain(getattr(self, entry.name)))
            for entry in fields(self)  # type: ignore[arg-type]
            if entry.metadata.get("written", True)
        }
        return {"kind": type(self).__name__, **held}

    def to_json(self) -> str:
        """The fields as JSON text."""
        return json.dumps(self.to_dict(), indent=1, allow_nan=False, ensure_ascii=False)

    def save(self, path: str | Path) -> None:
        """Writes the fields as JSON."""
        Path(path).write_text(self.to_json() + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, tuple | list):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return value
