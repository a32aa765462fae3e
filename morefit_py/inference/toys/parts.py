"""Toy studies on disk: Parquet files that appear whole, a part of the toys each, in one folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from morefit_py.errors import DataError, FitError
from morefit_py.fit.plain import decoded, encoded
from morefit_py.inference.toys.table import ToyStudy, toy_table
from morefit_py.inference.toys.toy_fit import ToyFit
from morefit_py.model.files.write_parquet import replaced

FORMAT = "morefit_py toy study 2"
_KEY = b"morefit_py.toy_study"
_SINGLE = ("toy", "events", "valid", "message", "nll", "edm")
_ATTEMPTS = "attempts"
# What a column of rows is called in a study.
_COLUMNS = {"toy": "toys", "message": "messages"}
_VECTORS = tuple(entry.name for entry in fields(ToyFit) if entry.name not in (*_SINGLE, _ATTEMPTS))


def write_part(
    folder: Path, header: Mapping[str, Any], parameters: Sequence[str], fits: Sequence[ToyFit]
) -> None:
    """Adds toys to a folder, as one file that appears when it is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    toys = [fit.toy for fit in fits]
    path = folder / f"toys-{min(toys):08d}-{max(toys):08d}-{len(toys)}.parquet"
    _write(path, header, parameters, fits)


def read_parts(folder: Path, header: Mapping[str, Any]) -> dict[int, ToyFit]:
    """The toys in a folder by their number.

    Raises FitError where they are of another study.
    """
    found: dict[int, ToyFit] = {}
    for path in sorted(folder.glob("*.parquet")):
        held, _, fits = _read(path)
        different = [key for key in header if held.get(key) != encoded(header[key])]
        if different:
            raise FitError(
                f"{path}: toys of another study (its {', '.join(different)} differ); choose another folder"
            )
        found |= {fit.toy: fit for fit in fits}
    return found


def write_table(path: Path, study: ToyStudy) -> None:
    """Writes a whole study as one file."""
    header = {
        "format": FORMAT,
        "truth": study.truth,
        "seed": study.seed,
        "outcomes": study.outcomes,
        "free": list(range(len(study.parameters))),
    }
    single = [getattr(study, _COLUMNS.get(name, name)) for name in _SINGLE]
    vectors = [getattr(study, name) for name in _VECTORS]
    rows = zip(*map(_plain, single), *map(_plain, vectors), study.attempts.tolist(), strict=True)
    fits = [ToyFit(*row) for row in rows]
    _write(path, header, study.parameters, fits)


def read_table(path: Path) -> ToyStudy:
    """Reads a study's file or folder; raises DataError where there is none."""
    paths = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not paths or not path.exists():
        raise DataError(f"{path}: no toy study; give the file or folder of one")
    fits: dict[int, ToyFit] = {}
    for part in paths:
        header, parameters, rows = _read(part)
        fits |= {fit.toy: fit for fit in rows}
    held = decoded(header)
    return toy_table(parameters, held["free"], held["truth"], held["seed"], held["outcomes"], fits.values())


def _write(path: Path, header: Mapping[str, Any], parameters: Sequence[str], fits: Sequence[ToyFit]) -> None:
    columns: dict[str, Any] = {name: [getattr(fit, name) for fit in fits] for name in (*_SINGLE, _ATTEMPTS)}
    for name in _VECTORS:
        block = np.array([getattr(fit, name) for fit in fits]).reshape(len(fits), len(parameters))
        columns |= {f"{name} {parameter}": block[:, k] for k, parameter in enumerate(parameters)}
    text = json.dumps({**encoded(header), "parameters": list(parameters)}, allow_nan=False)
    table = pa.table(columns).replace_schema_metadata({_KEY: text.encode()})
    with replaced(path) as temporary:
        parquet.write_table(table, temporary)


def _plain(column: Any) -> list[Any]:
    """A column of a study as it is in its rows."""
    held = list(column.tolist()) if isinstance(column, np.ndarray) else list(column)
    return [tuple(value) if isinstance(value, list) else value for value in held]


def _read(path: Path) -> tuple[dict[str, Any], list[str], list[ToyFit]]:
    try:
        table = parquet.read_table(path)
    except (OSError, pa.ArrowException) as problem:
        raise DataError(f"{path}: it cannot be read ({problem})") from None
    text = (table.schema.metadata or {}).get(_KEY)
    if text is None:
        raise DataError(f"{path}: no toys of a study; give the file or folder of one")
    header = json.loads(text)
    parameters = header["parameters"]
    single = [table[name].to_pylist() for name in _SINGLE]
    vectors = [_rows(table, name, parameters) for name in _VECTORS]
    attempts = table[_ATTEMPTS].to_pylist()
    rows = zip(*single, *vectors, attempts, strict=True)
    return header, parameters, [ToyFit(*row) for row in rows]


def _rows(table: Any, name: str, parameters: Iterable[str]) -> list[tuple[float, ...]]:
    columns = [table[f"{name} {parameter}"].to_pylist() for parameter in parameters]
    return list(zip(*columns, strict=True)) if columns else [() for _ in range(table.num_rows)]
