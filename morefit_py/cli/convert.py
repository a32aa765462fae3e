"""`morefit convert`: events of ROOT or Parquet files, as a Parquet file to fit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from morefit_py.cli.words import counted


def convert(
    input: Annotated[
        list[str],
        typer.Option("--input", "-i", help="A file, or a pattern such as 'data/*.root'; may be repeated."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The Parquet file to write.")],
    observable: Annotated[
        list[str],
        typer.Option(
            "--observable",
            help="name:low:high, or name:low:high:expression; every value must lie in the bounds. May be "
            "repeated.",
        ),
    ],
    tree: Annotated[
        str | None, typer.Option(help="The TTree or RNTuple of ROOT files; without it, Parquet is read.")
    ] = None,
    selection: Annotated[str | None, typer.Option(help="Keeps events where it is finite and not 0.")] = None,
    weight: Annotated[
        str | None, typer.Option(help="The weight of an event; of Parquet files, by default _weight.")
    ] = None,
    max_events: Annotated[int | None, typer.Option(help="Keep only the first so many.")] = None,
    channel: Annotated[str | None, typer.Option(help="Written into the column _channel.")] = None,
    input_channel: Annotated[
        str | None, typer.Option(help="Of Parquet files, keep only the events of this channel.")
    ] = None,
    manifest: Annotated[
        bool, typer.Option("--manifest", help="Write NAME_manifest.json with the file's SHA-256 too.")
    ] = False,
    progress: Annotated[
        bool | None,
        typer.Option("--progress/--no-progress", help="A bar; by default on a terminal.", show_default=False),
    ] = None,
) -> None:
    """Select events and write them to one Parquet file, which appears once it is whole."""
    from morefit_py.model.files.convert import convert as run
    from morefit_py.model.files.convert import parse_observable
    from morefit_py.model.files.manifest import manifest_path

    observables = [parse_observable(text) for text in observable]
    events = run(
        input,
        tree,
        output,
        observables,
        selection,
        weight,
        max_events,
        channel,
        input_channel,
        manifest,
        progress,
    )
    names = ", ".join(x.name for x, _ in observables)
    console = Console(markup=False, highlight=False)
    console.print(f"wrote {output}: {counted(events, 'event')} with {names}", soft_wrap=True)
    if manifest:
        console.print(f"wrote {manifest_path(output)}", soft_wrap=True)
