"""The files that a user names: one, several, or a pattern."""

from __future__ import annotations

from collections.abc import Sequence
from glob import glob, has_magic
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from morefit_py.errors import DataError, nearest

Paths: TypeAlias = str | PathLike[str] | Sequence[str | PathLike[str]]


def existing_file(path: Path) -> Path:
    """The path, if a file is there; raises DataError, with the nearest name in its folder, otherwise."""
    if _exists(path) and path.is_file():
        return path
    if path.is_dir():
        raise DataError(f"{path}: is a directory, not a file")
    siblings = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
    hint = nearest(path.name, siblings) if siblings else f"; the folder {path.parent} does not exist"
    raise DataError(f"{path}: no such file{hint}")


def existing_files(paths: Paths) -> list[Path]:
    """Every file that is named, patterns such as `data/*.root` filled in by name, in order.

    Raises DataError for a file that is not there, a pattern that no file has, and a file named twice.
    """
    named: list[str | PathLike[str]] = [paths] if isinstance(paths, str | PathLike) else list(paths)
    found: list[Path] = []
    for path in named:
        matches = [Path(path)]
        if has_magic(str(path)) and not _exists(Path(path)):
            matches = sorted(Path(match) for match in glob(str(path), recursive=True))
            if not matches:
                raise DataError(f"{path}: no file has such a name")
        found += [existing_file(match) for match in matches]
    if not found:
        raise DataError("no file is given; name at least one")
    seen: set[Path] = set()
    for file in found:
        if file.resolve() in seen:
            raise DataError(f"{file}: is named twice, its events would count twice; remove one")
        seen.add(file.resolve())
    return found


def _exists(path: Path) -> bool:
    """Whether something is there; raises DataError for what no file can be named."""
    try:
        return path.exists()
    except OSError as problem:
        raise DataError(f"{str(path)[:80]}...: is no name of a file ({problem.strerror})") from None


def is_parquet(path: str | PathLike[str]) -> bool:
    """Whether a file is Parquet, as its name ends."""
    return Path(path).suffix in (".parquet", ".pq")


def shown(paths: Paths) -> str:
    """What stands for the files in messages."""
    if isinstance(paths, str | PathLike):
        return str(paths)
    named = [str(path) for path in paths]
    return named[0] if len(named) == 1 else f"{named[0]} and {len(named) - 1} more" if named else "no files"
