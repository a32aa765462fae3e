"""What the kernel cache may believe: plain files and folders, ours, writable by nobody else.

A compiled kernel is code that this process will run, so a folder that another account can
write to is as dangerous as a program it could replace.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

from morefit_py.errors import CacheError

ELSEWHERE = "set MOREFIT_CACHE_DIR to a folder of your own"
MANIFEST = "manifest.json"

# O_NONBLOCK: opening a named pipe planted in an entry must not hang. Windows lacks both flags
# and needs O_BINARY.
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def check_private(path: Path, status: os.stat_result) -> None:
    """Raise CacheError unless the current user owns `path` and nobody else can write to it.

    Windows guards a profile's folders by access lists, which mode bits do not show: there the
    check passes.
    """
    if sys.platform == "win32":
        return
    if status.st_uid != os.geteuid():
        raise CacheError(
            f"{path}: owned by user {status.st_uid}, not by you ({os.geteuid()}), so its kernels cannot be "
            f"trusted; {ELSEWHERE}, or make this one yours with `chown`"
        )
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise CacheError(
            f"{path}: writable by other users (mode {stat.S_IMODE(status.st_mode):04o}), so its kernels "
            f"cannot be trusted; run `chmod go-w {path}` or {ELSEWHERE}"
        )


def check_folder(path: Path) -> os.stat_result | None:
    """The status of a trusted folder, or None if nothing is there.

    Raises CacheError for anything but a real folder of ours; a symbolic link is refused.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise denied(path, error) from error
    if not stat.S_ISDIR(status.st_mode):
        raise CacheError(f"{path}: not a plain folder; remove it or {ELSEWHERE}")
    check_private(path, status)
    return status


def read_file(path: Path) -> bytes:
    """The bytes of a trusted plain file.

    Raises FileNotFoundError if it is missing, CacheError if it is a link, not a plain file, or
    not ours alone.
    """
    try:
        handle = os.open(path, _READ)
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise CacheError(f"{path}: a symbolic link; a cache entry holds plain files only") from error
        raise denied(path, error) from error
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise CacheError(f"{path}: not a plain file; a cache entry holds plain files only")
        check_private(path, status)
        with open(handle, "rb", closefd=False) as stream:
            return stream.read()
    finally:
        os.close(handle)


def denied(path: Path, error: OSError) -> CacheError:
    """What the operating system refused, at which path, and what to do about it."""
    reason = error.strerror or str(error)
    if error.errno == errno.ENOSPC:
        remedy = "free some space, run `morefit cache clear`, or"
    else:
        remedy = "give yourself permission to read and write it, or"
    return CacheError(f"{error.filename or path}: no use as a kernel cache: {reason}; {remedy} {ELSEWHERE}")
