"""The arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Spec = Annotated[Path, typer.Argument(help="The spec of the fit, YAML or JSON.", show_default=False)]
Backend = Annotated[str, typer.Option(help="auto, or a backend that `morefit devices` lists.")]
Minimiser = Annotated[str, typer.Option(help="newton, minuit or lbfgsb.")]
WeightedErrors = Annotated[str, typer.Option(help="Errors of weighted events: sandwich, scaled or naive.")]
Result = Annotated[
    Path | None, typer.Option(help="A saved result, such as `morefit fit --json` writes, instead of a fit.")
]
Json = Annotated[Path | None, typer.Option(help="A file for the numbers as JSON.")]
Table = Annotated[Path | None, typer.Option("--output", "-o", help="A Parquet file for the table.")]
Plot = Annotated[Path | None, typer.Option(help="A file for a figure: .png, .pdf or .svg.")]
