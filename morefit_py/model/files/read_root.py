"""Columns of a TTree or RNTuple in a ROOT file, through uproot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from morefit_py.errors import DataError, MorefitError, nearest
from morefit_py.model.columns.values import Values
from morefit_py.model.files.paths import Paths, existing_file, existing_files, shown
from morefit_py.model.files.readers import Query, Selected, select
from morefit_py.model.files.source import BLOCK, Block, Source


def read_root(paths: Paths, tree: str, query: Query, progress: bool | None) -> tuple[str, Iterator[Selected]]:
    """What stands for the trees in messages, and their selected rows, block by block.

    Raises DataError for a file, tree or branch that cannot be read, and where uproot is not installed.
    """
    label = f"{shown(paths)} {tree}"
    return label, select(existing_files(paths), partial(root_source, tree=tree), query, label, progress)


@contextmanager
def root_source(path: Path, tree: str) -> Iterator[Source]:
    """A tree of a ROOT file, open; only the branches asked for are read.

    Raises DataError for a file, tree or branch that cannot be read, and where uproot is not installed.
    """
    try:
        import uproot
    except ImportError:
        raise DataError(
            f'{path}: reading ROOT files needs uproot; install it with pip install "morefit-py[root]"'
        ) from None

    source = existing_file(path)
    try:
        # What uproot would keep of blocks that were read is never read again.
        with uproot.open(source, array_cache=None, object_cache=None) as file:
            missing = int(file.file.fEND) - source.stat().st_size
            if missing > 0:
                raise DataError(f"{path}: the ROOT file is truncated, its last {missing} bytes are missing")
            yield RootSource(str(path), tree, _tree(str(path), file, tree))
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


class RootSource(Source):
    """A tree; its branches go by their path, and by its last part where that is unique."""

    kind = "branch"

    def __init__(self, path: str, name: str, tree: Any) -> None:
        self.name = f"{path} {name}"
        self.rows = int(tree.num_entries)
        self._tree = tree
        paths = [str(key) for key in tree.keys()]  # noqa: SIM118 - a tree iterates otherwise
        self._paths = {**_aliases(paths), **{key: key for key in paths}}
        self.known = self._paths.keys()
        self._clusters = getattr(tree, "cluster_summaries", None)
        # Branches of a TTree that NumPy can hold as they are.
        self._plain: set[str] = set()

    @property
    def numbers(self) -> list[str]:  # type: ignore[override]
        """The branches of one number an entry, by their short names."""
        held = {name: self._look(name) for name in self.known if "/" not in name}
        return [name for name, none in held.items() if none is not None and not none.lists]

    def check(self, names: Sequence[str]) -> None:
        for name in names:
            if self._look(name) is None:
                kind = getattr(self._branch(name), "typename", "of another kind")
                raise DataError(
                    f"{self.name}: branch {name!r} ({kind}) does not hold numbers, or lists of them"
                )

    def _look(self, name: str) -> Values | None:
        """The values of no row: what a branch holds; None where that is not numbers."""
        if self._clusters is None:
            none = self._branch(name).array(library="np", entry_start=0, entry_stop=0)
            if none.dtype.kind in "fiub":
                self._plain.add(name)
        return self._read(name, 0, 0)

    def blocks(self, names: Sequence[str]) -> Iterator[Block]:
        edges = self._edges(names)
        for begin, end in pairwise(edges):
            columns = {}
            for name in names:
                values = self._read(name, begin, end)
                assert values is not None
                columns[name] = values
            yield Block(begin, end - begin, columns)

    def _branch(self, name: str) -> Any:
        return self._tree[self._paths[name]]

    def _read(self, name: str, begin: int, end: int) -> Values | None:
        """The values of some rows; None where they are neither numbers nor lists of numbers."""
        branch, rows = self._branch(name), {"entry_start": begin, "entry_stop": end}
        if name in self._plain:
            return _fixed(branch.array(library="np", **rows))
        try:
            import awkward
        except ImportError:
            raise DataError(
                f"{self.name}: branch {name!r} needs awkward to be read; install it with "
                'pip install "morefit-py[root]"'
            ) from None
        return _jagged(awkward.to_packed(branch.array(library="ak", **rows)).layout)

    def _edges(self, names: Sequence[str]) -> list[int]:
        """The rows that blocks begin at: where the file's own pieces begin, as far as these agree."""
        pieces = [self._pieces(name) for name in names]
        largest = max((int(np.max(np.diff(held))) for held in pieces if len(held) > 1), default=1)
        size = max(BLOCK, largest)
        common = sorted(set.intersection(*map(set, pieces))) if pieces else []
        edges = [0]
        while edges[-1] < self.rows:
            most = min(edges[-1] + size, self.rows)
            at = int(np.searchsorted(common, most, side="right")) - 1
            edges.append(common[at] if at >= 0 and common[at] > edges[-1] else most)
        return edges

    def _pieces(self, name: str) -> list[int]:
        """The rows at which what is compressed together begins and ends."""
        if self._clusters is not None:
            return [*(int(cluster.num_first_entry) for cluster in self._clusters), self.rows]
        return [int(at) for at in self._branch(name).entry_offsets]


def _aliases(paths: list[str]) -> dict[str, str]:
    """Shorter names that mean one path only: its last part, and the path with dots."""
    found = [(alias, path) for path in paths if "/" in path for alias in _short(path)]
    count = Counter(alias for alias, _ in found)
    return {alias: path for alias, path in found if count[alias] == 1}


def _short(path: str) -> set[str]:
    return {path.rpartition("/")[2], path.replace("./", ".").replace("/", ".")}


def _fixed(array: Any) -> Values:
    """Numbers, or arrays of the same shape in every row."""
    lists = []
    rows = len(array)
    for size in array.shape[1:]:
        lists.append(np.arange(rows + 1, dtype=np.int64) * size)
        rows *= size
    return Values(array.reshape(-1), None, tuple(lists))


def _jagged(layout: Any) -> Values | None:
    """Numbers, or lists of any depth; None where something else than numbers is in them."""
    from awkward.contents import ListOffsetArray, NumpyArray, RegularArray

    lists = []
    while isinstance(layout, ListOffsetArray | RegularArray) and layout.parameter("__array__") is None:
        if isinstance(layout, RegularArray):
            layout = layout.to_ListOffsetArray64(True)
        lists.append(np.asarray(layout.offsets, dtype=np.int64))
        layout = layout.content
    if not isinstance(layout, NumpyArray) or layout.parameter("__array__") is not None:
        return None
    data = np.asarray(layout.data)
    return Values(data, None, tuple(lists)) if data.dtype.kind in "fiub" and data.ndim == 1 else None
