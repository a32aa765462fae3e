"""How entries of the kernel cache leave it: evicted, cleared, or left behind by a killed process.

Everything here is safe beside other processes: a folder is renamed out of sight before it is
deleted, and what a living builder holds is recognised by its lock.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from morefit_py.errors import CacheError
from morefit_py.runtime.cache_lock import exclusive
from morefit_py.runtime.cache_trust import MANIFEST, denied

# Entries used more recently, in seconds, are not evicted: somebody may hold a path not yet loaded.
GRACE = 10.0

_BUILDING = ".building-"
_DELETING = ".deleting-"
_LOCK = ".lock-"


def lock_file(root: Path, key: str) -> Path:
    """The file whose lock makes its holder the one builder of `key`."""
    return root / f"{_LOCK}{key}"


def workshop(root: Path, key: str) -> Path:
    """An empty folder, ours alone, for the holder of `key`'s lock to build in."""
    for leftover in root.glob(f"{_BUILDING}{key}-*"):
        delete(leftover)
    try:
        return Path(tempfile.mkdtemp(prefix=f"{_BUILDING}{key}-", dir=root))
    except OSError as error:
        raise denied(root, error) from error


def evict(root: Path, keys: Iterable[str], max_bytes: int, spare: str) -> None:
    """Remove the least recently used entries until the rest fits; never `spare`."""
    sizes = {key: folder_size(root / key) for key in keys}
    excess = sum(sizes.values()) - max_bytes
    if excess <= 0:
        return
    sweep(root)
    used = {key: last_used(root / key) for key in sizes if key != spare}
    newest = time.time() - GRACE
    for key in sorted((key for key in used if used[key] < newest), key=used.__getitem__):
        if excess <= 0:
            return
        with suppress(CacheError):
            remove(root / key)
            excess -= sizes[key]


def remove(folder: Path) -> bool:
    """Take an entry out of sight at once, then delete it; False if another process was faster."""
    grave = folder.with_name(_DELETING + secrets.token_hex(8))
    try:
        folder.rename(grave)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise denied(folder, error) from error
    delete(grave)
    return True


def sweep(root: Path) -> None:
    """Delete what killed processes left behind; what a living builder holds stays."""
    for path in listing(root):
        if path.name.startswith(_DELETING):
            delete(path)
        elif path.name.startswith(_BUILDING):
            key = path.name.removeprefix(_BUILDING).partition("-")[0]
            with suppress(CacheError), exclusive(lock_file(root, key), timeout=0):
                delete(path)


def mark_used(folder: Path) -> None:
    """Make an entry the most recently used one."""
    os.utime(folder / MANIFEST)


def last_used(folder: Path) -> float:
    """When an entry was built or last asked for, in seconds since the epoch; 0 if it has gone."""
    for path in (folder / MANIFEST, folder):
        with suppress(OSError):
            return path.lstat().st_mtime
    return 0.0


def folder_size(folder: Path) -> int:
    """The bytes of the files in a folder; 0 if it has gone."""
    total = 0
    with suppress(OSError):
        for path in folder.iterdir():
            with suppress(OSError):
                total += path.lstat().st_size
    return total


def listing(root: Path) -> list[Path]:
    """All that lies in the cache's root."""
    try:
        return list(root.iterdir())
    except OSError as error:
        raise denied(root, error) from error


def delete(path: Path) -> None:
    """Delete a folder, or the link or file that stands in its place; what cannot be deleted stays."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
