"""One owner at a time, among threads and processes, through an advisory lock on a file.

The operating system drops the lock when its owner dies, so a crashed builder blocks nobody.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from morefit_py.errors import CacheError
from morefit_py.runtime.cache_trust import ELSEWHERE, denied

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

    def _unlock(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


_OPEN = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
_HELD = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
_LONGEST_PAUSE = 0.05


class LockTimeoutError(CacheError):
    """Somebody else holds the lock for longer than the caller would wait."""


@contextmanager
def exclusive(path: Path, timeout: float) -> Iterator[None]:
    """Hold the lock file `path` for the block; a second thread or process waits for it.

    `timeout` is in seconds; raises LockTimeoutError when it passes, CacheError when the file cannot
    be made or its file system has no locks.
    """
    deadline = time.monotonic() + timeout
    pause = 0.001
    while (handle := _acquire(path)) is None:
        if time.monotonic() >= deadline:
            raise LockTimeoutError(
                f"{path}: {_owner(path)} has been building this kernel for more than {timeout:g} s; "
                f"end it if it hangs, and try again"
            )
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
    try:
        yield
    finally:
        _release(path, handle)


def _acquire(path: Path) -> int | None:
    try:
        handle = os.open(path, _OPEN, 0o600)
    except OSError as error:
        raise denied(path, error) from error
    try:
        _lock(handle)
        # The last owner unlinks its file: a lock on an unlinked file guards nothing.
        if os.fstat(handle).st_ino == path.stat().st_ino:
            with suppress(OSError):
                os.truncate(handle, 0)
                os.write(handle, str(os.getpid()).encode())
            return handle
    except FileNotFoundError:
        pass
    except OSError as error:
        if error.errno not in _HELD:
            os.close(handle)
            raise CacheError(
                f"{path}: this file cannot be locked: {error.strerror}; {ELSEWHERE} on a local disk"
            ) from error
    os.close(handle)
    return None


def _release(path: Path, handle: int) -> None:
    # Unlinked while still held, so that nobody can lock the old file and the new one at once.
    # Windows refuses to unlink an open file; there the empty file stays.
    with suppress(OSError):
        path.unlink()
    # Unlocked by name and not by closing alone: a child forked meanwhile holds the handle too.
    _unlock(handle)
    os.close(handle)


def _owner(path: Path) -> str:
    with suppress(OSError, ValueError):
        return f"process {int(path.read_bytes())}"
    return "another process"
