"""`morefit batch`: many specs and data sets, each fitted once, into a folder that can be gone on with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from morefit_py.cli.options import Backend, Minimiser, WeightedErrors
from morefit_py.cli.outputs import told

if TYPE_CHECKING:
    from morefit_py.inference.tasks.task import Outcome, Task


def batch(
    specs: Annotated[
        list[str],
        typer.Argument(help="Specs, patterns such as 'specs/*.yaml', folders of specs, and manifests."),
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", help="A folder for a folder of each fit, and for the table of all."),
    ],
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes that share the work.")] = 1,
    dask: Annotated[
        str | None, typer.Option(help="The address of a Dask scheduler, or its file, whose cluster fits.")
    ] = None,
    minos: Annotated[bool, typer.Option("--minos", help="Add MINOS errors of every parameter.")] = False,
    plots: Annotated[bool, typer.Option("--plots", help="Add figures, a second a fit.")] = False,
    allow_outside: Annotated[
        bool, typer.Option("--allow-outside", help="Manifests may name files outside their folder.")
    ] = False,
    backend: Backend = "auto",
    minimiser: Minimiser = "newton",
    weighted_errors: WeightedErrors = "sandwich",
) -> None:
    """Fit many specs; what is fitted already is not repeated. Exits 2 if one fit failed or is not valid."""
    from morefit_py.report.batch.run import NUMBERS, TABLE, fit_specs

    found = fit_specs(
        specs,
        output,
        jobs=jobs,
        dask=dask,
        backend=backend,
        minimiser=minimiser,
        minos=minos,
        weighted_errors=weighted_errors,
        plots=plots,
        allow_outside=allow_outside,
        told=_tell,
    )
    Console(markup=False, highlight=False).print(found)
    for name in (TABLE, NUMBERS):
        told(output / name)
    if not found.valid:
        raise typer.Exit(2)


def _tell(task: Task, outcome: Outcome) -> None:
    if outcome.failed:
        typer.echo(f"{task.name}: failed ({outcome.failed})", err=True)
    elif not outcome.row["valid"]:
        typer.echo(f"{task.name}: not valid ({'; '.join(outcome.row['reasons'])})", err=True)
