"""Columns of a TTree or RNTuple in a ROOT file, through uproot."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from morefit_py.errors import DataError, MorefitError, nearest
from morefit_py.model.columns import Array, as_column
from morefit_py.model.readers import Observables, Table, existing_file, select, wanted


def read_root(
    path: str | PathLike[str],
    tree: str,
    observables: Observables,
    selection: str | None = None,
    weight: str | None = None,
) -> Table:
    """The observables and weights of the rows that a selection keeps; only needed branches are read.

    Raises DataError for a file, tree or branch that cannot be read, and where uproot is not installed.
    """
    try:
        import uproot
    except ImportError:
        raise DataError(
            f'{path}: reading ROOT files needs uproot; install it with pip install "morefit-py[root]"'
        ) from None

    source = existing_file(Path(path))
    try:
        with uproot.open(source) as file:
            missing = int(file.file.fEND) - source.stat().st_size
            if missing > 0:
                raise DataError(f"{path}: the ROOT file is truncated, its last {missing} bytes are missing")
            found = _tree(str(path), file, tree)
            names = [str(name) for name in found.keys()]  # noqa: SIM118 - a tree iterates otherwise

            def read(needed: list[str]) -> dict[str, Array]:
                return {name: _column(f"{path} {tree}", found, name) for name in needed}

            asked = wanted(str(path), observables)
            return select(f"{path} {tree}", names, read, asked, selection, weight, kind="branch")
    except MorefitError:
        raise
    except Exception as problem:
        # A damaged file makes the reader fail anywhere and with any exception.
        reason = (str(problem).splitlines() or [""])[0][:200]
        raise DataError(
            f"{path}: cannot be read as a ROOT file, or is truncated ({type(problem).__name__}: {reason})"
        ) from None


def _tree(source: str, file: Any, name: str) -> Any:
    kinds = {str(key).partition(";")[0]: str(kind) for key, kind in file.classnames().items()}
    trees = [
        key for key, kind in kinds.items() if kind in ("TTree", "TNtuple", "TNtupleD") or "RNTuple" in kind
    ]
    plain = name.partition(";")[0]
    if plain in kinds and plain not in trees:
        raise DataError(f"{source}: {name!r} is a {kinds[plain]}, not a tree{nearest(plain, trees)}")
    if plain not in kinds:
        raise DataError(f"{source}: no tree {name!r}{nearest(plain, trees) or '; the file has none'}")
    return file[name]


def _column(source: str, tree: Any, name: str) -> Array:
    values = tree[name].array(library="np")
    if values.ndim != 1 or values.dtype.kind not in "fiub":
        kind = getattr(tree[name], "typename", values.dtype)
        raise DataError(
            f"{source}: branch {name!r} ({kind}) does not hold one number per event; "
            "lists, text and records are not supported yet, write a branch with one number"
        )
    return as_column(f"{source}: branch {name!r}", values)
