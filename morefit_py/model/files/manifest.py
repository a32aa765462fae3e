"""The manifest beside Parquet files: their names, sizes and SHA-256, in `nextstat_unbinned_parquet_v1`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from morefit_py.errors import DataError
from morefit_py.model.progress import bar

SCHEMA = "nextstat_unbinned_parquet_v1"
_SUFFIX = "_manifest.json"
_CHUNK = 1 << 24


def manifest_path(path: Path) -> Path:
    """Where the manifest of a Parquet file is: `events_manifest.json` beside `events.parquet`."""
    return path.with_name(path.stem + _SUFFIX)


def write_manifest(
    path: Path, events: int, observables: Sequence[str], weights: bool, progress: bool | None = None
) -> Path:
    """Write the manifest of a Parquet file beside it; raises DataError where it cannot be written."""
    from morefit_py.model.files.write_parquet import replaced

    entry = {
        "path": path.name,
        "sha256": file_sha256(path, progress),
        "n_events": events,
        "observables": list(observables),
        "has_weights": weights,
    }
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    content = {"schema_version": SCHEMA, "data_files": [entry], "created": created}
    with replaced(manifest_path(path)) as temporary:
        temporary.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return manifest_path(path)


def verify(path: Path, rows: int, required: bool, progress: bool | None = None) -> None:
    """Raises DataError unless a file of so many rows is what its manifest says; without one if `required`."""
    manifest = manifest_path(path)
    if not manifest.is_file():
        if required:
            raise DataError(f"{path}: there is no manifest {manifest.name} beside it to verify it by")
        return
    entry = _entry(manifest, path)
    if entry is None:
        raise DataError(f"{manifest}: does not list {path.name}; write it again, or read with verify=False")
    events, digest = entry.get("n_events"), entry.get("sha256")
    if events is not None and events != rows:
        raise DataError(f"{path}: has {rows} rows, but {manifest.name} says {events}; the file was changed")
    if digest is None and required:
        raise DataError(f"{manifest}: has no sha256 for {path.name} to verify it by")
    if digest is not None and str(digest).lower() != file_sha256(path, progress):
        raise DataError(
            f"{path}: its sha256 is not the one in {manifest.name}; the file was changed; write both again, "
            "or read with verify=False"
        )


def _entry(manifest: Path, path: Path) -> dict[str, Any] | None:
    """What a manifest says of a file; every path in it must stay in its folder."""
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise DataError(f"{manifest}: cannot be read as a manifest ({problem})") from None
    if not isinstance(content, dict) or content.get("schema_version") != SCHEMA:
        raise DataError(f"{manifest}: is not a manifest (expected schema_version {SCHEMA})")
    files = content.get("data_files")
    if not isinstance(files, list) or not all(
        isinstance(entry, dict) and isinstance(entry.get("path"), str) for entry in files
    ):
        raise DataError(f"{manifest}: data_files is not a list of files with their path")
    folder = manifest.parent.resolve()
    found = None
    for entry in files:
        file = (folder / entry["path"]).resolve()
        if Path(entry["path"]).is_absolute() or not file.is_relative_to(folder):
            raise DataError(f"{manifest}: the path {entry['path']!r} leaves the manifest's folder")
        if file == path.resolve():
            if found is not None:
                raise DataError(f"{manifest}: lists {path.name} twice")
            found = entry
    return found


def file_sha256(path: Path, progress: bool | None = None) -> str:
    """The SHA-256 of a file, in hexadecimal; raises DataError where it cannot be read."""
    total = sha256()
    try:
        with path.open("rb") as file, bar(f"verifying {path}", path.stat().st_size, progress) as shown:
            while chunk := file.read(_CHUNK):
                total.update(chunk)
                shown.advance(len(chunk))
    except OSError as problem:
        raise DataError(f"{path}: cannot be read ({problem.strerror})") from None
    return total.hexdigest()
