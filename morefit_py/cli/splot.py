"""`morefit splot`: sWeights of every component, as columns beside the data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from morefit_py.cli.fitting import check_names, demand_valid, fitted
from morefit_py.cli.options import Backend, Json, Minimiser, Plot, Result, Spec, WeightedErrors
from morefit_py.cli.outputs import check_figure, check_outputs, told, write_figure, write_json


def splot(
    spec: Spec,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="A Parquet file: the data, and w_NAME for each component.")
    ],
    channel: Annotated[str | None, typer.Option(help="Needed where there are several.")] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            help="A column to keep beside the observables; may be repeated.",
            show_default="all that hold numbers",
        ),
    ] = None,
    result: Result = None,
    json: Json = None,
    plot: Plot = None,
    backend: Backend = "auto",
    minimiser: Minimiser = "newton",
    weighted_errors: WeightedErrors = "sandwich",
) -> None:
    """Fit, and write the sWeights of the events; exits 2 if the fit is not valid."""
    check_names(backend, minimiser, weighted_errors)
    check_outputs(output, json)
    check_figure(plot)
    fit, found = fitted(
        spec, backend, minimiser, weighted_errors, saved=result, columns=True if column is None else column
    )
    demand_valid(found)
    from morefit_py.inference.weights.sweights import sweights

    weights = sweights(fit, found, channel)
    typer.echo(str(weights))
    weights.write(output)
    told(output)
    write_json(json, weights.to_dict())
    if plot is not None:
        from morefit_py.report.plots import projection

        write_figure(plot, projection(fit, found, channel=weights.channel))
    fit.release()
