"""`morefit fit`: fit a spec, print the result, and write what is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from morefit_py.cli.fitting import check_names, fitted
from morefit_py.cli.options import Backend, Json, Minimiser, Spec, WeightedErrors


def fit(
    spec: Spec,
    backend: Backend = "auto",
    minimiser: Minimiser = "newton",
    minos: Annotated[bool, typer.Option("--minos", help="Add MINOS errors of every parameter.")] = False,
    weighted_errors: WeightedErrors = "sandwich",
    output: Annotated[
        Path | None,
        typer.Option(help="A folder for result.json, plots, the kernel's source and the audit."),
    ] = None,
    json: Json = None,
) -> None:
    """Fit the model of a spec to its data and print the result; exits 2 if the fit is not valid."""
    from morefit_py.report.folder import check_folder, write_folder

    check_names(backend, minimiser, weighted_errors)
    for path in (json.parent if json else None, output):
        if path is not None:
            check_folder(path)
    compiled, result = fitted(spec, backend, minimiser, weighted_errors, minos=minos)
    # Console() would take what stands in square brackets as markup.
    console = Console(markup=False)
    console.print(result)
    if json is not None:
        result.save(json)
    if output is not None:
        for path in write_folder(output, compiled, result):
            console.print(f"wrote {path}", highlight=False, soft_wrap=True)
    compiled.release()
    if not result.valid:
        raise typer.Exit(2)
