"""`morefit plot`: figures of a fit."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from morefit_py.cli.fitting import check_names, fitted
from morefit_py.cli.options import Backend, Minimiser, Result, Spec, WeightedErrors
from morefit_py.cli.outputs import check_figure, write_figure


class Kind(StrEnum):
    """What is drawn: data and model, the correlations of parameters, or the pulls of constrained ones."""

    PROJECTION = "projection"
    CORRELATION = "correlation"
    PULLS = "pulls"


def plot(
    spec: Spec,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file: .png, .pdf or .svg.")],
    result: Result = None,
    kind: Annotated[Kind, typer.Option(help="What to draw.")] = Kind.PROJECTION,
    observable: Annotated[str | None, typer.Option(help="By default the channel's first.")] = None,
    channel: Annotated[str | None, typer.Option(help="By default the first.")] = None,
    bins: Annotated[int | None, typer.Option(min=1, help="The number of bins.")] = None,
    log: Annotated[bool, typer.Option("--log", help="A logarithmic axis of events.")] = False,
    pulls: Annotated[bool, typer.Option("--pulls/--no-pulls", help="The pulls below.")] = True,
    components: Annotated[
        bool, typer.Option("--components/--no-components", help="The components of the model.")
    ] = True,
    backend: Backend = "auto",
    minimiser: Minimiser = "newton",
    weighted_errors: WeightedErrors = "sandwich",
) -> None:
    """Draw a fit over its data; without a saved result it is made first. Exits 2 if it is not valid."""
    check_names(backend, minimiser, weighted_errors)
    check_figure(output)
    fit, found = fitted(spec, backend, minimiser, weighted_errors, saved=result)
    from morefit_py.report import plots

    if kind is Kind.CORRELATION:
        figure = plots.correlation(found)
    elif kind is Kind.PULLS:
        figure = plots.pulls(fit.model, found)
    else:
        figure = plots.projection(fit, found, observable, channel, bins, components, pulls, log)
    write_figure(output, figure)
    fit.release()
    if not found.valid:
        raise typer.Exit(2)
