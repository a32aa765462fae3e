"""`morefit contour`: lines around the minimum in two parameters."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import typer

from morefit_py.cli.fitting import check_names, demand_valid, fitted
from morefit_py.cli.options import Backend, Json, Minimiser, Plot, Result, Spec, Table, WeightedErrors
from morefit_py.cli.outputs import check_figure, check_outputs, write_figure, write_json, write_table
from morefit_py.errors import FitError


def contour(
    spec: Spec,
    parameters: Annotated[tuple[str, str], typer.Option(help="The two parameters.", show_default=False)],
    cl: Annotated[
        list[float] | None,
        typer.Option(help="The probability inside; may be repeated.", show_default="0.68 and 0.95"),
    ] = None,
    points: Annotated[int, typer.Option(min=3, help="Points of a line.")] = 60,
    result: Result = None,
    output: Table = None,
    json: Json = None,
    plot: Plot = None,
    backend: Backend = "auto",
    minimiser: Minimiser = "newton",
    weighted_errors: WeightedErrors = "sandwich",
) -> None:
    """Follow the profile likelihood around the minimum; exits 2 if the fit is not valid."""
    levels = cl or [0.68, 0.95]
    for level in levels:
        if not 0.0 < level < 1.0:
            raise FitError(f"--cl {level:g}: a probability lies between 0 and 1; write 0.95 for 95 %")
    check_names(backend, minimiser, weighted_errors)
    check_outputs(output, json)
    check_figure(plot)
    fit, found = fitted(spec, backend, minimiser, weighted_errors, saved=result)
    demand_valid(found)
    lines = [fit.contour(found, parameters, level, points) for level in levels]
    first, second = parameters
    typer.echo(f"minimum at {first} = {found.values[first]:.6g}, {second} = {found.values[second]:.6g}")
    for level, line in zip(levels, lines, strict=True):
        (low_1, low_2), (high_1, high_2) = np.nanmin(line.points, axis=0), np.nanmax(line.points, axis=0)
        typer.echo(
            f"{100 * level:g} %: {first} from {low_1:.6g} to {high_1:.6g}, "
            f"{second} from {low_2:.6g} to {high_2:.6g}"
        )
        for note in line.notes:
            typer.echo(f"  {note}")
    held = {
        "parameters": list(parameters),
        "minimum": [found.values[name] for name in parameters],
        "nll_hat": found.nll,
        "contours": [
            {"cl": level, "points": line.points, "notes": list(line.notes)}
            for level, line in zip(levels, lines, strict=True)
        ],
    }
    write_json(json, held)
    columns = {"cl": [level for level in levels for _ in range(points)]}
    for k, name in enumerate(parameters):
        columns[name] = [float(point[k]) for line in lines for point in line.points]
    write_table(output, columns)
    if plot is not None:
        from morefit_py.report.plots import contour as drawn

        write_figure(plot, drawn(lines, found, [f"{100 * level:g} %" for level in levels]))
    fit.release()
