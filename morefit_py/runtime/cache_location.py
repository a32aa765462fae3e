"""Where the kernel cache lies and how large it may grow, unless the caller says so."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from morefit_py.errors import CacheError

MEBIBYTE = 2**20
DEFAULT_MAX_BYTES = 512 * MEBIBYTE


def default_root() -> Path:
    """What `MOREFIT_CACHE_DIR` names, else a checkout's `generated_cache/`, else the user's cache folder."""
    chosen = os.environ.get("MOREFIT_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser().resolve()
    checkout = checkout_cache(Path(__file__).resolve().parents[2])
    return checkout or platformdirs.user_cache_path("morefit_py", appauthor=False).resolve() / "kernels"


def default_max_bytes() -> int:
    """`MOREFIT_CACHE_MAX_MB` in bytes, else 512 MiB; raises CacheError if it is no positive number."""
    text = os.environ.get("MOREFIT_CACHE_MAX_MB")
    if not text:
        return DEFAULT_MAX_BYTES
    try:
        megabytes = float(text)
        if not 0 < megabytes < float("inf"):
            raise ValueError(text)
    except ValueError:
        raise CacheError(
            f"MOREFIT_CACHE_MAX_MB={text!r}: not a positive number; give the largest size of the "
            f"kernel cache in MiB, such as 512, or unset it"
        ) from None
    return int(megabytes * MEBIBYTE)


def checkout_cache(folder: Path) -> Path | None:
    """`generated_cache/` if `folder` is our own checkout of this project, else None.

    Somebody else's checkout, mounted into a container for example, is none: its kernels could
    not be trusted.
    """
    cache = folder / "generated_cache"
    try:
        project = (folder / "pyproject.toml").read_text(encoding="utf-8")
        ours = not hasattr(os, "geteuid") or cache.stat().st_uid == os.geteuid()
    except (OSError, UnicodeDecodeError):
        return None
    usable = ours and cache.is_dir() and os.access(cache, os.W_OK | os.X_OK)
    return cache if usable and 'name = "morefit-py"' in project else None
