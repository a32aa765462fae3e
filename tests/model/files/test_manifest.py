"""Tests of morefit_py.model.files.manifest."""

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from morefit_py.errors import DataError
from morefit_py.model.dataset import Dataset
from morefit_py.model.files.manifest import manifest_path, verify, write_manifest


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "events.parquet"
    Dataset.from_numpy({"mass": np.arange(5.0)}).to_parquet(path)
    write_manifest(path, 5, ["mass"], weights=False)
    return path


def changed(file: Path, **entry: Any) -> None:
    manifest = manifest_path(file)
    content = json.loads(manifest.read_text())
    content["data_files"][0] |= entry
    manifest.write_text(json.dumps(content))


def test_what_is_written(file: Path) -> None:
    content = json.loads((file.parent / "events_manifest.json").read_text())
    assert content["schema_version"] == "nextstat_unbinned_parquet_v1"
    assert content["data_files"] == [
        {
            "path": "events.parquet",
            "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "n_events": 5,
            "observables": ["mass"],
            "has_weights": False,
        }
    ]
    assert content["created"].endswith("Z")


def test_a_file_that_is_as_it_was_written(file: Path) -> None:
    assert len(Dataset.from_parquet(file)) == 5
    assert len(Dataset.from_parquet(file, verify=True)) == 5
    changed(file, sha256=hashlib.sha256(file.read_bytes()).hexdigest().upper())
    verify(file, 5, required=True)


def test_a_file_that_was_changed(file: Path) -> None:
    Dataset.from_numpy({"mass": np.arange(5.0) + 1}).to_parquet(file)
    with pytest.raises(DataError, match=r"its sha256 is not the one in events_manifest.json"):
        Dataset.from_parquet(file)
    assert len(Dataset.from_parquet(file, verify=False)) == 5
    Dataset.from_numpy({"mass": np.arange(6.0)}).to_parquet(file)
    with pytest.raises(DataError, match=r"has 6 rows, but events_manifest.json says 5"):
        Dataset.from_parquet(file)


def test_without_a_manifest(file: Path) -> None:
    manifest_path(file).unlink()
    assert len(Dataset.from_parquet(file)) == 5
    with pytest.raises(
        DataError, match=r"there is no manifest events_manifest.json beside it to verify it by"
    ):
        Dataset.from_parquet(file, verify=True)


@pytest.mark.parametrize("path", ["../events.parquet", "deep/../../events.parquet"])
def test_paths_stay_in_the_folder(file: Path, path: str) -> None:
    changed(file, path=path)
    with pytest.raises(DataError, match="leaves the manifest's folder"):
        Dataset.from_parquet(file)


def test_paths_are_not_absolute_and_links_do_not_leave(
    file: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    changed(file, path=str(file))
    with pytest.raises(DataError, match="leaves the manifest's folder"):
        verify(file, 5, required=False)
    outside = tmp_path_factory.mktemp("outside")
    (file.parent / "link").symlink_to(outside)
    changed(file, path="link/events.parquet")
    with pytest.raises(DataError, match="leaves the manifest's folder"):
        verify(file, 5, required=False)


def test_a_file_that_is_not_listed(file: Path) -> None:
    changed(file, path="others.parquet")
    with pytest.raises(
        DataError, match=r"does not list events.parquet; write it again, or read with verify=False"
    ):
        Dataset.from_parquet(file)


def test_a_file_that_is_listed_twice(file: Path) -> None:
    content = json.loads(manifest_path(file).read_text())
    content["data_files"] *= 2
    manifest_path(file).write_text(json.dumps(content))
    with pytest.raises(DataError, match=r"lists events.parquet twice"):
        Dataset.from_parquet(file)


def test_a_manifest_without_hashes(file: Path) -> None:
    changed(file, sha256=None)
    assert len(Dataset.from_parquet(file)) == 5
    with pytest.raises(DataError, match="has no sha256 for events"):
        Dataset.from_parquet(file, verify=True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot be read as a manifest"),
        ("[]", "is not a manifest"),
        ('{"schema_version": "v2"}', "expected schema_version nextstat_unbinned_parquet_v1"),
        ('{"schema_version": "nextstat_unbinned_parquet_v1"}', "data_files is not a list"),
        ('{"schema_version": "nextstat_unbinned_parquet_v1", "data_files": [{}]}', "files with their path"),
        ("\x00", "cannot be read"),
    ],
)
def test_what_is_no_manifest(file: Path, content: str, message: str) -> None:
    manifest_path(file).write_text(content)
    with pytest.raises(DataError, match=message):
        Dataset.from_parquet(file)
