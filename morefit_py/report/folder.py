"""A fit's folder: result, plots, kernel source and audit."""

from __future__ import annotations

import os
import re
from pathlib import Path

from morefit_py.codegen.dialects import dialect
from morefit_py.errors import BackendError, DataError
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.result import FitResult
from morefit_py.report.plots.correlation import correlation
from morefit_py.report.plots.projection import projection
from morefit_py.report.plots.style import have_matplotlib


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
    written = [folder / "result.json", folder / "audit.json"]
    result.save(written[0])
    written[1].write_text(fit.audit().model_dump_json(indent=2) + "\n", encoding="utf-8")
    try:
        source = fit.source()
    except BackendError:
        source = None
    if source is not None:
        spoken = fit.likelihood.choice.backend.dialect
        assert spoken is not None
        written.append(folder / f"kernel.{dialect(spoken).extension}")
        written[-1].write_text(source, encoding="utf-8")
    if have_matplotlib():
        for channel, mixture in fit.model.channels.items():
            modelled = dict.fromkeys(x.name for term in mixture.terms for x in term.density.observables)
            for observable in modelled:
                name = re.sub(r"[^\w.-]+", "_", f"{channel}_{observable}")
                written.append(folder / f"{name}.png")
                projection(fit, result, observable, channel).savefig(written[-1], dpi=150)
        if sum(error > 0 for error in result.errors.values()) > 1:
            written.append(folder / "correlation.png")
            correlation(result).savefig(written[-1], dpi=150)
    return written
