"""An entry: what its manifest vouches for, and every way in which it may have been tampered with."""

import json
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from morefit_py.errors import CacheError
from morefit_py.runtime.cache_entry import Entry, check_key, seal

KEY = "0123456789ab" + "c" * 52
REMEDY = "run `morefit cache clear 0123456789ab`"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / KEY
    folder.mkdir(mode=0o700)
    (folder / "source.c").write_text("int x;\n")
    (folder / "kernel.so").write_bytes(b"\x00\x01binary")
    (folder / "kernel.so").chmod(0o775)
    seal(folder, KEY, "kernel", {"compiler": "cc 1.0"})
    return folder


def edit(folder: Path, change: Callable[[dict[str, Any]], object], reseal: bool = False) -> None:
    """Change the manifest in place, and its own hash with it if an attacker would think of that."""
    path = folder / "manifest.json"
    document = json.loads(path.read_text())
    change(document)
    if reseal:
        del document["seal"]
        canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
        document["seal"] = sha256(canonical.encode()).hexdigest()
    path.write_text(json.dumps(document))


def test_reads_back_what_was_sealed(folder: Path) -> None:
    entry = Entry.open(folder)
    entry.verify()
    assert entry.key == KEY
    assert entry.manifest["kind"] == "kernel"
    assert entry.manifest["metadata"] == {"compiler": "cc 1.0"}
    assert entry.manifest["files"]["source.c"] == {"sha256": sha256(b"int x;\n").hexdigest(), "size": 7}
    assert entry.path("kernel.so") == folder / "kernel.so"
    assert entry.read("kernel.so") == b"\x00\x01binary"
    assert entry.size == 7 + 8


def test_sealing_takes_write_permission_from_others(folder: Path) -> None:
    assert (folder / "kernel.so").stat().st_mode & 0o777 == 0o755


def test_unknown_file_names_the_known_ones(folder: Path) -> None:
    with pytest.raises(CacheError, match=r"no file 'other'; it has kernel.so, source.c"):
        Entry.open(folder).path("other")


def test_changed_file(folder: Path) -> None:
    (folder / "kernel.so").write_bytes(b"\x00\x02binary")
    entry = Entry.open(folder)
    for use in (entry.verify, lambda: entry.path("kernel.so"), lambda: entry.read("kernel.so")):
        with pytest.raises(CacheError, match=f"kernel.so: changed since it was built.*{REMEDY}"):
            use()
    assert entry.read("source.c") == b"int x;\n"


def test_file_changed_between_two_uses(folder: Path) -> None:
    entry = Entry.open(folder)
    entry.path("kernel.so")
    (folder / "kernel.so").write_bytes(b"longer than before")
    with pytest.raises(CacheError, match=r"kernel.so: changed"):
        entry.path("kernel.so")


def test_added_file(folder: Path) -> None:
    (folder / "libm.so").touch()
    with pytest.raises(CacheError, match=f"libm.so: not in the entry's manifest.*{REMEDY}"):
        Entry.open(folder).verify()


def test_missing_file(folder: Path) -> None:
    (folder / "source.c").unlink()
    with pytest.raises(CacheError, match=f"source.c: missing.*{REMEDY}"):
        Entry.open(folder).verify()


def test_link_in_the_place_of_a_file(folder: Path, tmp_path: Path) -> None:
    (folder / "kernel.so").rename(tmp_path / "same content")
    (folder / "kernel.so").symlink_to(tmp_path / "same content")
    with pytest.raises(CacheError, match=r"kernel.so: a symbolic link"):
        Entry.open(folder).verify()


def test_link_in_the_place_of_the_manifest(folder: Path, tmp_path: Path) -> None:
    (folder / "manifest.json").rename(tmp_path / "manifest")
    (folder / "manifest.json").symlink_to(tmp_path / "manifest")
    with pytest.raises(CacheError, match=r"manifest.json: a symbolic link"):
        Entry.open(folder)


def test_link_in_the_place_of_the_folder(folder: Path, tmp_path: Path) -> None:
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    with pytest.raises(CacheError, match="not a plain folder"):
        Entry.open(folder)


@pytest.mark.parametrize("name", ["kernel.so", "manifest.json", "."])
def test_anything_writable_by_others(folder: Path, name: str) -> None:
    (folder / name).chmod(0o777)
    with pytest.raises(CacheError, match=r"writable by other users \(mode 0777\).*chmod go-w"):
        Entry.open(folder).verify()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda m: m["metadata"].update(compiler="evil"), "it was edited"),
        (lambda m: m["files"]["kernel.so"].update(sha256="0" * 64), "it was edited"),
        (lambda m: m.pop("seal"), "it was edited"),
        (lambda m: m.update(version=99), "its version is 99"),
        (lambda m: m.clear(), "its version is None"),
    ],
)
def test_edited_manifest(folder: Path, change: Callable[[dict[str, Any]], object], problem: str) -> None:
    edit(folder, change)
    with pytest.raises(CacheError, match=f"manifest.json: not the manifest.*: {problem}.*{REMEDY}"):
        Entry.open(folder)


@pytest.mark.parametrize(
    "name", ["../secret", "/secret", "..", ".", "", "a/b", "a\\b", "C:x", ".hidden", "a\n", "manifest.json"]
)
def test_name_that_leads_out_of_the_entry(folder: Path, name: str) -> None:
    edit(folder, lambda m: m["files"].update({name: {"sha256": "0" * 64, "size": 0}}), reseal=True)
    with pytest.raises(CacheError, match="could lead out of the entry"):
        Entry.open(folder)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda m: m.update(key="f" * 64), "it belongs to the entry ffff"),
        (lambda m: m.update(more=1), "other fields"),
        (lambda m: m.pop("files"), "other fields"),
        (lambda m: m.update(files=[]), "must be objects"),
        (lambda m: m.update(kind=3), "must be text"),
        (lambda m: m["metadata"].update(x=1), "must be text"),
        (lambda m: m["files"].update(x=1), "nothing usable of 'x'"),
    ],
)
def test_malformed_manifest(folder: Path, change: Callable[[dict[str, Any]], object], problem: str) -> None:
    edit(folder, change, reseal=True)
    with pytest.raises(CacheError, match=problem):
        Entry.open(folder)


@pytest.mark.parametrize("text", ["", "[]", "{", "[1, 2", "\x00\xff"])
def test_incomplete_manifest(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text)
    with pytest.raises(CacheError, match=f"not the manifest.*{REMEDY}"):
        Entry.open(folder)


def test_missing_manifest_or_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "manifest.json").unlink()
    for missing in (folder, tmp_path / "none"):
        with pytest.raises(FileNotFoundError):
            Entry.open(missing)


def test_builder_leaves_what_no_entry_can_hold(tmp_path: Path) -> None:
    makers: dict[str, Callable[[Path], object]] = {
        "folder": Path.mkdir,
        "link": lambda path: path.symlink_to(tmp_path),
        "pipe": os.mkfifo,
        "with space": Path.touch,
        ".hidden": Path.touch,
        "manifest.json": Path.touch,
    }
    for name, make in makers.items():
        folder = tmp_path / f"for {name}"
        folder.mkdir()
        make(folder / name)
        with pytest.raises(CacheError, match=f"{name}: the builder left something"):
            seal(folder, KEY, "kernel", {})


def test_metadata_is_text(tmp_path: Path) -> None:
    with pytest.raises(CacheError, match=r"must map text to text, not {'n': 1}"):
        seal(tmp_path, KEY, "kernel", {"n": 1})  # type: ignore[dict-item]


@pytest.mark.parametrize("key", ["", "..", "../" + KEY, KEY.upper(), KEY[:-1], KEY + "\n"])
def test_key_that_is_none(key: str) -> None:
    with pytest.raises(CacheError, match="is not a cache key"):
        check_key(key)
