"""A fit's folder: result, plots, kernel source and audit."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from morefit_py.codegen.dialects import dialect
from morefit_py.errors import DataError
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.result import FitResult

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Dots an inch of figures.
_DPI = 150


def check_folder(folder: Path) -> None:
    """Make a folder for results; raises DataError before any work if it cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise DataError(
            f"{folder}: cannot be made ({problem.strerror}); choose another output folder"
        ) from None
    if not os.access(folder, os.W_OK):
        raise DataError(f"{folder}: no permission to write; choose another output folder")


def write_folder(folder: Path, fit: CompiledFit, result: FitResult) -> list[Path]:
    """Write result.json, audit.json, the kernel's source and a plot of each observable; returns the paths."""
    check_folder(folder)
    written = []
    for name, content in contents(fit, result):
        written.append(folder / name)
        written[-1].write_bytes(content)
    return written


def contents(fit: CompiledFit, result: FitResult, plots: bool = True) -> Iterator[tuple[str, bytes]]:
    """The files of a fit's folder, each with its name; `plots` are left out without matplotlib too."""
    from morefit_py.report.plots.correlation import correlation
    from morefit_py.report.plots.projection import projection
    from morefit_py.report.plots.style import have_matplotlib

    yield "result.json", (result.to_json() + "\n").encode()
    yield "audit.json", (fit.audit().model_dump_json(indent=2) + "\n").encode()
    spoken = fit.likelihood.choice.backend.dialect
    if spoken is not None:
        yield f"kernel.{dialect(spoken).extension}", fit.source().encode()
    if not (plots and have_matplotlib()):
        return
    for channel, mixture in fit.model.channels.items():
        modelled = dict.fromkeys(x.name for term in mixture.terms for x in term.density.observables)
        for observable in modelled:
            name = re.sub(r"[^\w.-]+", "_", f"{channel}_{observable}")
            yield f"{name}.png", _png(projection(fit, result, observable, channel))
    if sum(error > 0 for error in result.errors.values()) > 1:
        yield "correlation.png", _png(correlation(result))


def _png(figure: Figure) -> bytes:
    held = BytesIO()
    figure.savefig(held, format="png", dpi=_DPI)
    return held.getvalue()
