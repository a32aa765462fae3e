"""The kernel cache: what one process compiled, every later one loads, and only if nobody touched it.

An entry is a folder named by its key. It is built in a temporary folder beside it and published
by one rename, so a reader sees all of it or nothing; one lock file a key makes one builder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from morefit_py.errors import CacheError
from morefit_py.runtime.cache_entry import Entry, check_key, is_key, remedy, seal
from morefit_py.runtime.cache_housekeeping import (
    delete,
    evict,
    folder_size,
    listing,
    lock_file,
    mark_used,
    remove,
    sweep,
    workshop,
)
from morefit_py.runtime.cache_location import DEFAULT_MAX_BYTES, default_max_bytes, default_root
from morefit_py.runtime.cache_lock import exclusive
from morefit_py.runtime.cache_trust import MANIFEST, check_private, denied

__all__ = ["Builder", "Entry", "KernelCache", "digest"]

Builder = Callable[[Path], Mapping[str, str]]

BUILD_TIMEOUT = 600.0


def digest(*parts: str | bytes) -> str:
    """The sha256 of the parts in hexadecimal; each is led by its length, so where one ends matters."""
    state = sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()


@dataclass(frozen=True)
class KernelCache:
    """Compiled kernels in `root`, least recently used ones removed above `max_bytes`.

    Every method raises CacheError, with path and remedy, when `root` is not ours alone, cannot
    be used, or holds something that was not written by this class.
    """

    root: Path
    max_bytes: int = DEFAULT_MAX_BYTES

    @classmethod
    def default(cls) -> KernelCache:
        """The cache that the environment and the way of installation point at."""
        return cls(root=default_root(), max_bytes=default_max_bytes())

    def get(self, key: str) -> Entry | None:
        """The entry of `key` with every file verified, or None if there is none."""
        entry = self._load(key)
        if entry is not None:
            # A cache that is read-only today still serves.
            with suppress(OSError):
                mark_used(entry.folder)
        return entry

    def get_or_build(self, key: str, build: Builder, kind: str = "kernel") -> Entry:
        """The entry of `key`, built first if there is none.

        `build` writes the files into the empty folder it is given and returns metadata for the
        manifest. Among all threads and processes one builds and the others wait for its result.
        An exception of `build` passes through and leaves no entry.
        """
        entry = self.get(key)
        if entry is not None:
            return entry
        self._make_root()
        with exclusive(lock_file(self.root, key), BUILD_TIMEOUT):
            entry = self.get(key)
            if entry is not None:
                return entry
            entry = self._build(key, build, kind)
        evict(self.root, self.keys(), self.max_bytes, spare=key)
        return entry

    def keys(self) -> list[str]:
        """The keys of all entries, sound or not, in order."""
        if not self._check_root():
            return []
        return sorted(path.name for path in listing(self.root) if is_key(path.name))

    def find(self, prefix: str) -> str:
        """The one key that begins with `prefix`; raises CacheError if none or several do."""
        found = [key for key in self.keys() if key.startswith(prefix)]
        if len(found) == 1:
            return found[0]
        if not found:
            raise CacheError(f"{self.root}: no entry begins with {prefix!r}; see `morefit cache list`")
        shown = ", ".join(key[: len(prefix) + 6] for key in found[:6])
        raise CacheError(
            f"{self.root}: {len(found)} entries begin with {prefix!r}: {shown}; give more digits"
        )

    def entries(self) -> list[Entry]:
        """All entries whose manifests can be read, most recently used first; their files are not hashed."""
        found = []
        for key in self.keys():
            with suppress(FileNotFoundError, CacheError):
                found.append(Entry.open(self.root / key))
        return sorted(found, key=lambda entry: entry.last_used, reverse=True)

    def verify(self) -> list[tuple[str, str]]:
        """The key and the problem of each entry that is not as it was written."""
        problems = []
        for key in self.keys():
            try:
                self._load(key)
            except CacheError as error:
                problems.append((key, str(error)))
        return problems

    def clear(self, key: str | None = None) -> int:
        """Remove the entry of `key`, or all, sound or not, and return how many were there."""
        if key is not None:
            check_key(key)
        if not self._check_root():
            return 0
        chosen = [each for each in self.keys() if key in (None, each)]
        removed = sum(remove(self.root / each) for each in chosen)
        sweep(self.root)
        return removed

    @property
    def size(self) -> int:
        """The bytes of all entries on disk."""
        return sum(folder_size(self.root / key) for key in self.keys())

    def _load(self, key: str) -> Entry | None:
        check_key(key)
        self._check_root()
        folder = self.root / key
        for _ in range(3):
            before = _identity(folder)
            try:
                entry = Entry.open(folder)
                entry.verify()
            except (FileNotFoundError, CacheError) as error:
                # Another process may have evicted or replaced the folder under our hands.
                if _identity(folder) != before:
                    continue
                if before is None:
                    return None
                if isinstance(error, CacheError):
                    raise
                raise CacheError(f"{folder}: the entry has no {MANIFEST}{remedy(key)}") from error
            return entry
        return None

    def _check_root(self) -> bool:
        """Whether the root exists; raises CacheError if it does and cannot be trusted."""
        try:
            status = self.root.stat()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise denied(self.root, error) from error
        check_private(self.root, status)
        return True

    def _make_root(self) -> None:
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise denied(self.root, error) from error
        self._check_root()

    def _build(self, key: str, build: Builder, kind: str) -> Entry:
        """Build and publish; the caller holds the lock of `key`."""
        folder = workshop(self.root, key)
        try:
            metadata = build(folder)
            try:
                seal(folder, key, kind, metadata)
                folder.rename(self.root / key)
            except OSError as error:
                raise denied(folder, error) from error
        finally:
            delete(folder)
        return Entry.open(self.root / key)


def _identity(folder: Path) -> tuple[int, int, int] | None:
    with suppress(OSError):
        status = folder.lstat()
        return status.st_dev, status.st_ino, status.st_mtime_ns
    return None
