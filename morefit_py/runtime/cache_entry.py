"""One entry of the kernel cache: a folder of plain files and the manifest that vouches for them."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypedDict, cast

from morefit_py.errors import CacheError
from morefit_py.runtime.cache_housekeeping import last_used
from morefit_py.runtime.cache_trust import MANIFEST, check_folder, denied, read_file

VERSION = 1

_KEY = re.compile(r"[0-9a-f]{64}")
# A name that cannot leave its folder on any system: no separators, no drives, no leading dot.
_NAME = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9._+-]*")


class FileRecord(TypedDict):
    """What the manifest knows of one file."""

    sha256: str
    size: int


class Manifest(TypedDict):
    """What an entry says of itself; `created` is ISO 8601 in UTC."""

    version: int
    key: str
    kind: str
    created: str
    metadata: dict[str, str]
    files: dict[str, FileRecord]


@dataclass(frozen=True)
class Entry:
    """A published folder whose manifest has been read; its files are verified as they are asked for."""

    key: str
    folder: Path
    manifest: Manifest

    @classmethod
    def open(cls, folder: Path) -> Entry:
        """Read the entry in `folder` without hashing its files.

        Raises FileNotFoundError if the folder or its manifest is missing, CacheError if either
        cannot be trusted or the manifest is not one.
        """
        if check_folder(folder) is None:
            raise FileNotFoundError(folder)
        path = folder / MANIFEST
        text = read_file(path)
        try:
            manifest = _parse(text)
            if manifest["key"] != folder.name:
                raise ValueError(f"it belongs to the entry {manifest['key']}")
        except ValueError as error:
            problem = f"{path}: not the manifest that was written here: {error}"
            raise CacheError(problem + remedy(folder.name)) from error
        return cls(key=folder.name, folder=folder, manifest=manifest)

    @property
    def size(self) -> int:
        """The bytes of its files, the manifest not counted."""
        return sum(record["size"] for record in self.manifest["files"].values())

    @property
    def last_used(self) -> float:
        """When it was built or last asked for, in seconds since the epoch; 0 if it has gone."""
        return last_used(self.folder)

    def read(self, name: str) -> bytes:
        """The bytes of a file, verified against the manifest.

        Raises CacheError if there is no such file or it is not what was written.
        """
        record = self.manifest["files"].get(name)
        if record is None:
            known = ", ".join(self.manifest["files"])
            raise CacheError(f"{self.folder}: the entry has no file {name!r}; it has {known}")
        path = self.folder / name
        try:
            content = read_file(path)
        except FileNotFoundError:
            raise CacheError(f"{path}: missing, although the manifest lists it{remedy(self.key)}") from None
        if len(content) != record["size"] or sha256(content).hexdigest() != record["sha256"]:
            raise CacheError(f"{path}: changed since it was built (its sha256 differs){remedy(self.key)}")
        return content

    def path(self, name: str) -> Path:
        """The path of a file whose content has just been verified; raises as `read` does."""
        self.read(name)
        return self.folder / name

    def verify(self) -> None:
        """Raise CacheError unless the folder holds exactly the files of the manifest, unchanged."""
        expected = {MANIFEST, *self.manifest["files"]}
        for path in sorted(_listing(self.folder)):
            if path.name not in expected:
                raise CacheError(f"{path}: not in the entry's manifest{remedy(self.key)}")
        for name in self.manifest["files"]:
            self.read(name)


def check_key(key: str) -> None:
    """Raise CacheError unless `key` is a sha256 in hexadecimal, as `digest` returns."""
    if not _KEY.fullmatch(key):
        raise CacheError(f"{key!r} is not a cache key; a key is what digest() returns, 64 hexadecimal digits")


def is_key(name: str) -> bool:
    """Whether a folder of this name is an entry and not the cache's own housekeeping."""
    return _KEY.fullmatch(name) is not None


def remedy(key: str) -> str:
    """The end of every complaint about an entry."""
    return f"; do not use it: run `morefit cache clear {key[:12]}` and the kernel is built anew"


def seal(folder: Path, key: str, kind: str, metadata: Mapping[str, str]) -> None:
    """Write the manifest for the files that a builder left in `folder`.

    Files lose the write permission of group and others. Raises CacheError for anything that an
    entry cannot hold: folders, links, odd names, metadata that is not text.
    """
    if not all(isinstance(text, str) for pair in metadata.items() for text in pair):
        raise CacheError(f"{folder}: the builder's metadata must map text to text, not {dict(metadata)!r}")
    files: dict[str, FileRecord] = {}
    for path in sorted(_listing(folder)):
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode) or path.name == MANIFEST or not _NAME.fullmatch(path.name):
            raise CacheError(
                f"{path}: the builder left something that a cache entry cannot hold; only plain files "
                f"named with letters, digits and ._+- are allowed, and not {MANIFEST}"
            )
        path.chmod(stat.S_IMODE(mode) & ~0o022)
        content = path.read_bytes()
        files[path.name] = {"sha256": sha256(content).hexdigest(), "size": len(content)}
    manifest: Manifest = {
        "version": VERSION,
        "key": key,
        "kind": kind,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "metadata": dict(metadata),
        "files": files,
    }
    path = folder / MANIFEST
    path.write_text(json.dumps({**manifest, "seal": _digest_of(manifest)}, indent=1), encoding="utf-8")
    path.chmod(0o600)


def _listing(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise denied(folder, error) from error


def _digest_of(manifest: Mapping[str, Any]) -> str:
    return sha256(json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _parse(text: bytes) -> Manifest:
    """The manifest in `text`; raises ValueError with what is wrong."""
    try:
        document = json.loads(text)
    except ValueError:
        raise ValueError("it is incomplete or not JSON") from None
    if not isinstance(document, dict):
        raise ValueError("it is not a JSON object")
    if document.get("version") != VERSION:
        raise ValueError(f"its version is {document.get('version')!r}, not {VERSION}")
    seal_found = document.pop("seal", None)
    if seal_found != _digest_of(document):
        raise ValueError("it was edited")
    if set(document) != set(Manifest.__annotations__):
        raise ValueError("it has other fields than it should")
    if not all(isinstance(document[field], str) for field in ("key", "kind", "created")):
        raise ValueError("its key, kind and date must be text")
    if not isinstance(document["metadata"], dict) or not isinstance(document["files"], dict):
        raise ValueError("its metadata and files must be objects")
    if not all(isinstance(text, str) for text in document["metadata"].values()):
        raise ValueError("its metadata must be text")
    for name, record in document["files"].items():
        if not _NAME.fullmatch(name) or name == MANIFEST:
            raise ValueError(f"the file name {name!r} could lead out of the entry")
        if not isinstance(record, dict) or set(record) != set(FileRecord.__annotations__):
            raise ValueError(f"it says nothing usable of {name!r}")
    return cast(Manifest, document)
