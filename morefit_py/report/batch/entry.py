"""One fit of a batch: what is fitted and how, and the digest of all that its outcome depends on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from morefit_py.errors import DataError
from morefit_py.model.files.paths import existing_files
from morefit_py.runtime.cache import digest
from morefit_py.runtime.choose import AUTO
from morefit_py.spec.changes import Changes
from morefit_py.spec.load import spec_digest
from morefit_py.spec.resolve import Resolved

# Layers that no number of a fit comes from.
_AROUND = ("cli", "report", "inference")


@dataclass(frozen=True)
class Options:
    """How a spec is fitted, as `morefit fit` is told; `plots` adds the figures to its folder."""

    backend: str = AUTO
    minimiser: str = "newton"
    minos: bool = False
    weighted_errors: str = "sandwich"
    plots: bool = False


@dataclass(frozen=True, eq=False)
class Entry:
    """A fit to do: its name, its spec with changes, its options; `where` is the place it was asked for."""

    name: str
    spec: Path
    options: Options
    changes: Changes = field(default_factory=Changes)
    where: str = ""

    def said(self, problem: object) -> str:
        """A problem, every line of it with the place in a manifest before it."""
        lines = str(problem).splitlines()
        return "\n".join(f"{self.where}: {line}" if self.where else line for line in lines)

    def changed(self) -> dict[str, Any]:
        """What stands in place of the spec's own values, as plain values."""
        data = {name: list(files) for name, files in self.changes.data.items()}
        return {key: held for key, held in (("data", data), ("set", dict(self.changes.values))) if held}


def entry_key(entry: Entry, resolved: Resolved) -> str:
    """The digest of all that the fit depends on: this program, the spec, changes, options, data files.

    Files are known by name, size and time of their last change. Raises DataError for one that is gone.
    """
    files: dict[str, list[Any]] = {"": [_state(file) for file in resolved.files]}
    for request in resolved.requests:
        files[request.channel] = [_state(file) for file in existing_files(request.files)]
    content = {
        "values": dict(entry.changes.values),
        "channels": sorted(entry.changes.data),
        "options": asdict(entry.options),
        "files": files,
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return digest("fit of a batch", code_digest(), spec_digest(entry.spec), text)


def _state(file: Path) -> tuple[str, int, int]:
    try:
        held = file.stat()
    except OSError as problem:
        raise DataError(f"{file}: cannot be read ({problem.strerror})") from None
    return file.name, held.st_size, held.st_mtime_ns


@cache
def code_digest() -> str:
    """The digest of all code that the numbers of a fit come from."""
    # With Jinja, which only fits need.
    from morefit_py.codegen.render import template_folder

    package = Path(__file__).parents[2]
    files = [
        path for path in sorted(package.rglob("*.py")) if path.relative_to(package).parts[0] not in _AROUND
    ]
    files += sorted(template_folder().rglob("*.j2"))
    total = sha256()
    for path in files:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()
