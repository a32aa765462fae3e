"""What commands write: checked before any work, and written whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from morefit_py.errors import DataError, MorefitError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURES = (".png", ".pdf", ".svg")
# Dots an inch of figures that are made of them.
_DPI = 150


def check_outputs(*files: Path | None) -> None:
    """Make the folders of files that will be written; raises DataError where they cannot be."""
    from morefit_py.report.folder import check_folder

    for file in files:
        if file is None:
            continue
        if file.is_dir():
            raise DataError(f"{file}: is a folder; give the name of a file")
        check_folder(file.parent)


def check_figure(file: Path | None) -> None:
    """The same for a figure; raises MorefitError for a kind that is not drawn, and without matplotlib."""
    from morefit_py.report.plots.style import require_matplotlib

    if file is None:
        return
    if file.suffix.lower() not in FIGURES:
        raise DataError(f"{file}: figures are written as {', '.join(FIGURES)}; choose one of them")
    require_matplotlib()
    check_outputs(file)


def write_json(file: Path | None, content: Mapping[str, Any]) -> None:
    """Write numbers as JSON; what JSON does not have is `{"float": "nan"}`."""
    from morefit_py.fit.plain import encoded

    if file is not None:
        text = json.dumps(encoded(content), indent=1, allow_nan=False, ensure_ascii=False)
        with _replaced(file) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")
        told(file)


def write_table(file: Path | None, columns: Mapping[str, Any]) -> None:
    """Write columns by name as a Parquet file."""
    if file is not None:
        import pyarrow as pa
        from pyarrow import parquet

        with _replaced(file) as temporary:
            parquet.write_table(pa.table(dict(columns)), temporary)
        told(file)


def write_figure(file: Path, figure: Figure) -> None:
    """Write a figure in the format of its name."""
    try:
        figure.savefig(file, dpi=_DPI)
    except OSError as problem:
        raise MorefitError(f"{file}: cannot be written ({problem.strerror})") from None
    told(file)


def told(path: Path) -> None:
    """Say that something is written, on stderr: stdout has the numbers."""
    typer.echo(f"wrote {path}", err=True)


def _replaced(file: Path) -> Any:
    from morefit_py.model.files.write_parquet import replaced

    return replaced(file)
