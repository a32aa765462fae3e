"""Events of ROOT or Parquet files, selected and written to one Parquet file, a block at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from morefit_py.errors import DataError, ModelError
from morefit_py.graph.symbols import Observable
from morefit_py.model.files.manifest import write_manifest
from morefit_py.model.files.paths import Paths, existing_files
from morefit_py.model.files.read_parquet import read_parquet
from morefit_py.model.files.read_root import read_root
from morefit_py.model.files.readers import Query, Selected
from morefit_py.model.files.write_parquet import write_parquet


def parse_observable(text: str) -> tuple[Observable, str]:
    """The observable and the expression of a text `name:low:high` or `name:low:high:expression`.

    Raises DataError for text of another form, and for bounds that are none.
    """
    parts = text.split(":", 3)
    if len(parts) < 3:
        raise DataError(f"observable {text!r}: expected name:low:high or name:low:high:expression")
    name = parts[0].strip()
    try:
        low, high = float(parts[1]), float(parts[2])
    except ValueError:
        raise DataError(
            f"observable {text!r}: the bounds {parts[1]!r} and {parts[2]!r} are not numbers"
        ) from None
    try:
        return Observable(name, low, high), parts[3].strip() if len(parts) > 3 else name
    except ModelError as problem:
        raise DataError(f"observable {text!r}: {problem}") from None


def convert(
    paths: Paths,
    tree: str | None,
    output: Path,
    observables: Sequence[tuple[Observable, str]],
    selection: str | None = None,
    weight: str | None = None,
    max_events: int | None = None,
    channel: str | None = None,
    of_channel: str | None = None,
    manifest: bool = False,
    progress: bool | None = None,
) -> int:
    """Write the selected events of files to a Parquet file, and return how many there are.

    The files are ROOT files if a `tree` is named, else Parquet files, of which `of_channel` keeps a channel.
    Values must lie in the bounds of their observables, and weights be finite, not negative and not all zero.
    The file appears once it is whole. Raises DataError for what cannot be read, selected or written.
    """
    names = [x.name for x, _ in observables]
    for name in names:
        if names.count(name) > 1:
            raise DataError(f"the observable {name!r} is given {names.count(name)} times; rename one")
    if any(output.exists() and output.samefile(file) for file in existing_files(paths)):
        raise DataError(f"{output}: is one of the files that are read; write another one")
    query = Query({x.name: text for x, text in observables}, selection, weight, max_events)
    if tree is not None and of_channel is not None:
        raise DataError(f"only Parquet files have channels to keep, such as {of_channel!r}; use a selection")
    if tree is None:
        label, parts = read_parquet(paths, query, of_channel, None, progress)
    else:
        label, parts = read_root(paths, tree, query, progress)
    told = _Told()
    events = write_parquet(output, told.watch(label, parts), [x for x, _ in observables], channel, True)
    if manifest:
        write_manifest(output, events, names, told.weighted, progress)
    return events


class _Told:
    """What is known of events once they have all been seen."""

    weighted = False

    def watch(self, label: str, parts: Iterator[Selected]) -> Iterator[Selected]:
        """The parts as they are; raises DataError at their end if there were no events, or none counts."""
        events, some = 0, False
        for part in parts:
            yield part
            events += len(part)
            self.weighted = part.weights is not None
            some = some or part.weights is None or bool(part.weights.any())
        if not events:
            raise DataError(f"{label}: there are no events")
        if not some:
            raise DataError(f"{label}: all weights are zero, so nothing would be fitted")
