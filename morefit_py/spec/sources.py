"""From the `data` sections of a spec to requests for data, and their reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from morefit_py.errors import ColumnError, DataError
from morefit_py.graph.symbols import Observable
from morefit_py.model.dataset import Dataset
from morefit_py.model.files.paths import existing_files, is_parquet
from morefit_py.model.files.read_root import root_source
from morefit_py.spec.lines import Document, PathParts
from morefit_py.spec.problems import Problems


@dataclass(frozen=True)
class Request:
    """What to read for one channel: `observables` with their expressions.

    `where` is what errors name, and `places` where what each expression is for stands in the spec.
    """

    channel: str
    where: str
    files: tuple[Path, ...]
    tree: str | None
    label: str | None
    selection: str | None
    weight: str | None
    max_events: int | None
    stream: bool
    observables: tuple[tuple[Observable, str], ...]
    places: Mapping[str, str]


def request(
    channel: Any,
    path: PathParts,
    observables: list[Observable],
    folder: Path,
    strict: bool,
    problems: Problems,
) -> Request | None:
    """What to read for a channel, the `observables` only; None where its section has collected problems.

    Paths are relative to `folder`. `strict` keeps to the contract, in which expressions are for ROOT only.
    """
    data, at = channel.data, (*path, "data")
    named = [data.file] if isinstance(data.file, str) else data.file
    files = tuple(folder / file for file in named)
    before = len(problems.found)
    try:
        existing_files(files)
    except DataError as problem:
        problems.add((*at, "file"), str(problem))
    formats = {"parquet" if is_parquet(file) else "root" for file in files}
    if data.format is None and len(formats) > 1:
        problems.add((*at, "file"), "names files of two formats; give the files of one, or the format")
    root = (data.format or min(formats, default="root")) == "root"
    if root and data.tree is None:
        problems.add(at, "a ROOT file needs the name of a tree; add the key 'tree', or format: parquet")
    if root and data.channel is not None:
        problems.add((*at, "channel"), "only Parquet files have channels; use a selection")
    if not root and data.tree is not None:
        problems.add((*at, "tree"), "a Parquet file has no trees; remove it, or set format: root")
    if strict and not root:
        _only_root(channel, path, problems)
    if len(problems.found) > before:
        return None
    expressions = {section.name: section.expr or section.name for section in channel.observables}
    return Request(
        channel=channel.name,
        where=problems.document.where(at),
        files=files,
        tree=data.tree if root else None,
        label=data.channel,
        selection=data.selection,
        weight=data.weight,
        max_events=getattr(data, "max_events", None),
        stream=getattr(data, "stream", False),
        observables=tuple((x, expressions[x.name]) for x in observables),
        places=_places(channel, path, problems.document),
    )


def _places(channel: Any, path: PathParts, document: Document) -> dict[str, str]:
    """Where the expressions of a channel stand, by what readers call them."""
    found = {key: document.where((*path, "data", key)) for key in ("selection", "weight")}
    for i, x in enumerate(channel.observables):
        key = "name" if x.expr is None else "expr"
        found[f"observable {x.name!r}"] = document.where((*path, "observables", i, key))
    return found


def _only_root(channel: Any, path: PathParts, problems: Problems) -> None:
    """In the contract, what a Parquet file holds is used as it is."""
    remedies = {"selection": "select before writing the file", "weight": "write a column _weight"}
    for key, remedy in remedies.items():
        if getattr(channel.data, key) is not None:
            problems.add((*path, "data", key), f"is for ROOT files in this format; {remedy}")
    for i, observable in enumerate(channel.observables):
        if observable.expr is not None and observable.expr != observable.name:
            what = "is for ROOT files in this format; write the column into the Parquet file"
            problems.add((*path, "observables", i, "expr"), what)


def read(request: Request, columns: bool | Sequence[str] = False) -> Dataset:
    """The data of a request, checked; raises DataError where they cannot be read or fitted.

    Beside the observables they have the `columns` that are named, or with True all that hold numbers.
    """
    observables = {x.name: expression for x, expression in request.observables}
    rows: dict[str, Any] = {
        "selection": request.selection,
        "weight": request.weight,
        "max_events": request.max_events,
        "stream": request.stream,
    }
    files = request.files[0] if len(request.files) == 1 else request.files
    try:
        beside = _numbers(request) if columns is True else columns or ()
        observables = {name: name for name in beside} | observables
        if request.tree is None:
            data = Dataset.from_parquet(files, observables, channel=request.label, **rows)
        else:
            data = Dataset.from_root(files, request.tree, observables, **rows)
        data.check(x for x, _ in request.observables)
    except ColumnError as problem:
        if problem.what not in request.places:
            raise DataError(f"{request.where}: {problem}") from None
        raise DataError(f"{request.places[problem.what]}: {problem.problem}") from None
    except DataError as problem:
        raise DataError(f"{request.where}: {problem}") from None
    return data


def _numbers(request: Request) -> list[str]:
    """The columns of numbers that every file of a request has, as far as expressions can name them."""
    from morefit_py.model.files.read_parquet import parquet_source

    found: list[list[str]] = []
    for file in existing_files(request.files):
        opened = parquet_source(file) if request.tree is None else root_source(file, request.tree)
        with opened as source:
            found.append([name for name in source.numbers if name.isidentifier()])
    return [name for name in found[0] if all(name in names for names in found)]
