"""Outcomes of tasks on disk: a folder each, which appears when it is whole, and is believed while it is.

A folder is written beside its place and moved there by one rename; its record, written last, has the digest
of every file and of itself. A process that is killed loses nothing that is in its place. Where the machine
itself goes down, files may be torn that the system had not written yet: the digests tell, and work that took
long does not leave it to the system.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from morefit_py.errors import CacheError, DataError, FitError
from morefit_py.fit.plain import decoded, encoded
from morefit_py.inference.tasks.task import Outcome, Task
from morefit_py.runtime.cache_lock import LockTimeoutError, exclusive

FORMAT = "morefit_py task 1"
RECORD = "record.json"
_LOCK = ".lock"
# Seconds of work that are worth waiting for the disk, some milliseconds a file.
_WORTH = 0.5
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,119}")
_UNFINISHED = re.compile(r"\.[A-Za-z0-9][A-Za-z0-9._+-]*\.[0-9a-f]{8}\.(new|old)")


def is_name(name: str) -> bool:
    """Whether a task may be called so: the name of a folder on every system, which cannot leave its place."""
    return _NAME.fullmatch(name) is not None and not name.endswith(".")


@dataclass(frozen=True)
class Shelf:
    """The outcomes of tasks in a folder, which one process at a time may write to."""

    folder: Path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder, made if need be, for the block; what a killed process left half done is removed.

        Raises FitError where another process holds it, DataError where it cannot be written to.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise self._unwritable(problem) from None
        lock = self.folder / _LOCK
        with self._locked(lock):
            for path in self.folder.iterdir():
                if _UNFINISHED.fullmatch(path.name):
                    shutil.rmtree(path, ignore_errors=True)
            yield

    @contextmanager
    def _locked(self, lock: Path) -> Iterator[None]:
        held = exclusive(lock, 0.0)
        try:
            held.__enter__()
        except LockTimeoutError:
            raise FitError(
                f"{self.folder}: another process writes there now; wait for it, or choose another folder"
            ) from None
        except CacheError as problem:
            raise DataError(f"{self.folder}: cannot be locked ({problem})") from None
        try:
            yield
        finally:
            held.__exit__(None, None, None)

    def find(self, task: Task) -> Outcome | None:
        """The outcome of a task that is finished; None where there is none, or of other inputs.

        Raises DataError where there is one that is not as it was written.
        """
        folder = self.folder / task.name
        try:
            text = (folder / RECORD).read_bytes()
        except FileNotFoundError:
            if folder.exists():
                raise DataError(f"{folder}: has no {RECORD}") from None
            return None
        except OSError as problem:
            raise DataError(f"{folder / RECORD}: cannot be read ({problem.strerror})") from None
        record = _parsed(folder / RECORD, text)
        if (record["name"], record["key"]) != (task.name, task.key) or record["failed"]:
            return None
        files = {name: _verified(folder / name, digest) for name, digest in record["files"].items()}
        return Outcome(decoded(record["row"]), files, "", tuple(record["warnings"]))

    def keep(self, task: Task, outcome: Outcome) -> None:
        """Puts the outcome of a task in its place, where it replaces an earlier one as a whole.

        Raises DataError where it cannot be written.
        """
        lasting = outcome.seconds >= _WORTH
        record = {
            "format": FORMAT,
            "name": task.name,
            "key": task.key,
            "row": encoded(outcome.row),
            "failed": outcome.failed,
            "warnings": list(outcome.warnings),
            "files": {name: sha256(content).hexdigest() for name, content in outcome.files.items()},
        }
        text = json.dumps({**record, "seal": _seal(record)}, indent=1, ensure_ascii=False, allow_nan=False)
        place = self.folder / task.name
        beside = f".{task.name}.{secrets.token_hex(4)}"
        new, old = self.folder / f"{beside}.new", self.folder / f"{beside}.old"
        try:
            new.mkdir()
            for name, content in (*outcome.files.items(), (RECORD, text.encode() + b"\n")):
                (new / name).write_bytes(content)
                if lasting:
                    _sync(new / name)
            if lasting:
                _sync(new)
            if place.exists():
                place.rename(old)
            new.rename(place)
            if lasting:
                _sync(self.folder)
        except OSError as problem:
            raise self._unwritable(problem) from None
        finally:
            for left in (new, old):
                if left.exists():
                    shutil.rmtree(left, ignore_errors=True)

    def _unwritable(self, problem: OSError) -> DataError:
        return DataError(f"{self.folder}: cannot be written to ({problem.strerror}); choose another folder")


def _parsed(path: Path, text: bytes) -> dict[str, Any]:
    try:
        record = json.loads(text)
    except ValueError:
        raise DataError(f"{path}: is not whole") from None
    if not isinstance(record, dict) or record.pop("seal", None) != _seal(record):
        raise DataError(f"{path}: is not as it was written")
    if record.get("format") != FORMAT:
        raise DataError(f"{path}: is of another version")
    return record


def _verified(path: Path, digest: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError:
        raise DataError(f"{path}: is not there any more") from None
    if sha256(content).hexdigest() != digest:
        raise DataError(f"{path}: is not as it was written")
    return content


def _seal(record: dict[str, Any]) -> str:
    return sha256(json.dumps(record, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _sync(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on disk; not every system can do so for a folder."""
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
