"""From a manifest to the fits it lists, with every problem collected."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from morefit_py.errors import DataError, MorefitError
from morefit_py.fit.minimisers import minimiser
from morefit_py.fit.weights import check_kind
from morefit_py.inference.tasks.shelf import is_name
from morefit_py.model.files.paths import existing_files
from morefit_py.report.batch.entry import Entry, Options
from morefit_py.spec.changes import Changes, names_file
from morefit_py.spec.lines import Document, PathParts
from morefit_py.spec.problems import Problems
from morefit_py.spec.validate import validated

if TYPE_CHECKING:
    from morefit_py.report.batch.layout import Fit

VERSION = "morefit_batch_v1"
_OPTIONS = ("minimiser", "minos", "weighted_errors")


def is_manifest(document: Document) -> bool:
    """Whether a document says that it is a manifest."""
    return isinstance(document.data, dict) and document.data.get("schema_version") == VERSION


def manifest_entries(
    document: Document, options: Options, allow_outside: bool = False
) -> tuple[list[Entry], list[str]]:
    """The fits of a manifest, and what is wrong with others; `options` are those that it does not say.

    Files are relative to its folder and lie in it, links followed, unless `allow_outside`. Raises SpecError
    where the manifest is none.
    """
    from morefit_py.report.batch.layout import Manifest

    held = validated(document, Manifest)
    reader = _Reader(document, allow_outside)
    options = reader.options(("defaults",), held.defaults, options)
    found = [
        entry
        for number, fit in enumerate(held.fits)
        for entry in reader.entries(("fits", number), fit, options)
    ]
    return found, reader.problems.messages


class _Reader:
    """What is asked of one manifest, with its problems."""

    def __init__(self, document: Document, allow_outside: bool) -> None:
        self.document = document
        self.problems = Problems(document)
        self.folder = Path(document.name).parent
        self.allow_outside = allow_outside

    def options(self, path: PathParts, said: Any, options: Options) -> Options:
        given = {name: getattr(said, name) for name in _OPTIONS if getattr(said, name) is not None}
        for name, check in (("minimiser", minimiser), ("weighted_errors", check_kind)):
            try:
                check(given.get(name, getattr(options, name)))
            except MorefitError as problem:
                self.problems.add((*path, name), str(problem))
        return replace(options, **given)

    def entries(self, path: PathParts, fit: Fit, options: Options) -> Iterator[Entry]:
        """The fits of an entry, without those that have problems."""
        before = len(self.problems.found)
        options = self.options(path, fit, options)
        name = fit.name or plain_name(Path(fit.spec))
        if not is_name(name):
            at = (*path, "name") if fit.name else path
            self.problems.add(
                at,
                f"{name!r} cannot be the name of a folder; write letters, digits and ._+- only, at most 120",
            )
        spec = self.files((*path, "spec"), fit.spec)
        for key, value in fit.values.items():
            if names_file(key, value):
                self.problems.add((*path, "set", key), "names a file; use the key 'data'")
        if fit.data is not None and fit.each is not None:
            self.problems.add((*path, "each"), "stands beside data; one of them says what is fitted")
        data = {
            channel: _absolute(self.files((*path, "data", *([channel] if channel else [])), named))
            for channel, named in _by_channel(fit.data).items()
        }
        each = () if fit.each is None else self.files((*path, "each"), fit.each)
        if len(spec) > 1:
            self.problems.add((*path, "spec"), f"is {len(spec)} files; give one of them")
        if len(self.problems.found) > before:
            return
        where = self.document.where(path)
        if fit.each is None:
            yield Entry(name, spec[0], options, Changes(data, fit.values), where)
        for file in each:
            of_file = f"{name}-{plain_name(file)}"
            yield Entry(of_file, spec[0], options, Changes({"": _absolute([file])}, fit.values), where)

    def files(self, path: PathParts, named: str | list[str]) -> tuple[Path, ...]:
        """The files that are named, patterns filled in; none where there is a problem."""
        asked = [named] if isinstance(named, str) else named
        outside = [] if self.allow_outside else [name for name in asked if _leaves(name)]
        try:
            # Nothing is said of files that may not be looked at.
            found = [] if outside else existing_files([self.folder / name for name in asked])
        except DataError as problem:
            self.problems.add(path, str(problem))
            return ()
        if not self.allow_outside:
            home = self.folder.resolve()
            outside += [str(file) for file in found if not file.resolve().is_relative_to(home)]
        for name in outside:
            self.problems.add(
                path,
                f"{name} is outside the manifest's folder; put it there, or allow this with --allow-outside",
            )
        return () if outside else tuple(found)


def plain_name(file: Path) -> str:
    """The name of a fit after a file."""
    return re.sub(r"[^A-Za-z0-9._+-]+", "_", file.stem).lstrip("._+-") or "fit"


def _leaves(name: str) -> bool:
    return Path(name).is_absolute() or os.path.normpath(name).split(os.sep)[0] == os.pardir


def _absolute(files: Iterable[Path]) -> tuple[str, ...]:
    """As they stand in place of a spec's, which are relative to its own folder."""
    return tuple(str(file.absolute()) for file in files)


def _by_channel(data: Any) -> dict[str, Any]:
    if data is None:
        return {}
    return dict(data) if isinstance(data, Mapping) else {"": data}
