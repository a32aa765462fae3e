"""The arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Spec = Annotated[Path, typer.Argument(help="The spec of the fit, YAML or JSON.", show_default=False)]
Backend = Annotated[str, typer.Option(help="auto, or a backend that `morefit devices` lists.")]
