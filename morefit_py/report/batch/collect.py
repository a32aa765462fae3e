"""The fits that a batch is asked for: specs, manifests, patterns and folders of them, all checked at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from glob import glob, has_magic
from pathlib import Path

from morefit_py.errors import DataError, MorefitError, SpecError
from morefit_py.inference.tasks.shelf import is_name
from morefit_py.model.files.paths import existing_file
from morefit_py.report.batch.entry import Entry, Options, entry_key
from morefit_py.report.batch.manifest import is_manifest, manifest_entries, plain_name
from morefit_py.spec import lines
from morefit_py.spec.load import opened

_SUFFIXES = (".yaml", ".yml", ".json")
# Problems that are said at once.
_SHOWN = 50


@dataclass(frozen=True, eq=False)
class Collected:
    """The fits with their keys, and what seems not meant."""

    entries: dict[str, Entry]
    keys: dict[str, str]
    warnings: tuple[str, ...]


@dataclass
class _Found:
    """What is found on the way."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def collect(specs: Sequence[str | os.PathLike[str]], options: Options, allow_outside: bool) -> Collected:
    """All fits that files, patterns and folders ask for, each opened as for its fit; no events are read.

    Raises SpecError with all problems: what is wrong with any manifest or spec, files that are not there, two
    fits of one name, and a fit that is asked for twice.
    """
    found = _Found()
    seen: dict[Path, Path] = {}
    for file, asked in _files(specs, found):
        first = seen.setdefault(file.resolve(), file)
        if first is not file:
            found.problems.append(f"{file}: is asked for twice; name it once")
            continue
        try:
            document = lines.read(file)
            if not is_manifest(document):
                if asked or _is_spec(document):
                    found.entries.append(_plain(file, options))
                else:
                    found.warnings.append(f"{file}: has no schema_version, so it is no spec; it is left out")
            elif asked:
                entries, problems = manifest_entries(document, options, allow_outside)
                found.entries += entries
                found.problems += problems
            else:
                found.warnings.append(f"{file}: a manifest; it is left out unless it is named itself")
        except SpecError as problem:
            found.problems.append(str(problem))
    keys = _checked(found)
    if not found.entries and not found.problems:
        found.problems.append("no spec is given; name files, patterns or folders of them")
    if found.problems:
        held = list(dict.fromkeys(line for problem in found.problems for line in problem.splitlines()))
        if len(held) > _SHOWN:
            held = [*held[:_SHOWN], f"and {len(held) - _SHOWN} more problems"]
        raise SpecError("\n".join(held))
    return Collected(
        {entry.name: entry for entry in found.entries}, keys, tuple(dict.fromkeys(found.warnings))
    )


def _files(specs: Sequence[str | os.PathLike[str]], found: _Found) -> Iterator[tuple[Path, bool]]:
    """The files that are named, and whether each was asked for itself and not as one of a folder."""
    for named in specs:
        path = Path(named)
        if path.is_dir():
            held = sorted(file for file in path.iterdir() if file.suffix in _SUFFIXES and file.is_file())
            if not held:
                found.problems.append(f"{path}: there is no spec in this folder; name another")
            yield from ((file, False) for file in held)
        elif has_magic(str(path)) and not path.exists():
            matches = sorted(Path(match) for match in glob(str(path), recursive=True))
            if not matches:
                found.problems.append(f"{path}: no file has such a name")
            yield from ((match, True) for match in matches)
        else:
            try:
                yield existing_file(path), True
            except DataError as problem:
                found.problems.append(str(problem))


def _is_spec(document: lines.Document) -> bool:
    return isinstance(document.data, dict) and "schema_version" in document.data


def _plain(file: Path, options: Options) -> Entry:
    name = plain_name(file)
    if not is_name(name):
        raise SpecError(f"{file}: its name is too long for that of a fit; give another in a manifest")
    return Entry(name, file, options)


def _checked(found: _Found) -> dict[str, str]:
    """The keys of the entries by name, after all checks that need no data."""
    keys: dict[str, str] = {}
    names: dict[str, Entry] = {}
    fits: dict[tuple[str, Path], Entry] = {}
    for entry in found.entries:
        # There are file systems that know no capitals.
        other = names.setdefault(entry.name.casefold(), entry)
        if other is not entry:
            where = f"{other.where or other.spec}"
            found.problems.append(
                _said(entry, f"the name {entry.name!r} is taken by {where}; give them names in a manifest")
            )
        try:
            resolved = opened(entry.spec, entry.changes)
            keys[entry.name] = entry_key(entry, resolved)
        except MorefitError as problem:
            found.problems.append(entry.said(problem))
            continue
        found.warnings += [entry.said(warning) for warning in resolved.warnings]
        same = fits.setdefault((keys[entry.name], entry.spec.resolve()), entry)
        if same is not entry and other is entry:
            found.problems.append(_said(entry, f"is the same fit as {same.name!r}; remove one of them"))
    return keys


def _said(entry: Entry, problem: str) -> str:
    return entry.said(problem) if entry.where else f"{entry.spec}: {problem}"
