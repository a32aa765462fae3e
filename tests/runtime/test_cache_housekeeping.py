"""Housekeeping: who goes first, what a living builder keeps, and what a killed one leaves."""

import os
import time
from pathlib import Path

import pytest

from morefit_py.errors import CacheError
from morefit_py.runtime import cache_housekeeping as housekeeping
from morefit_py.runtime.cache_lock import exclusive

KEYS = [digit * 64 for digit in "abcd"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Four entries of 1000 bytes, `a...` used longest ago."""
    for age, key in zip((400, 300, 200, 100), KEYS, strict=True):
        (tmp_path / key).mkdir()
        (tmp_path / key / "kernel").write_bytes(bytes(1000))
        (tmp_path / key / "manifest.json").touch()
        used = time.time() - age
        os.utime(tmp_path / key / "manifest.json", (used, used))
    return tmp_path


def left(root: Path) -> str:
    return "".join(sorted(path.name[0] for path in root.iterdir()))


@pytest.mark.parametrize(
    ("max_bytes", "spare", "expected"),
    [
        (4000, "d", "abcd"),
        (3999, "d", "bcd"),
        (2000, "d", "cd"),
        (0, "d", "d"),
        (2000, "a", "ad"),
        (0, "a", "a"),
    ],
)
def test_least_recently_used_goes_first(root: Path, max_bytes: int, spare: str, expected: str) -> None:
    housekeeping.evict(root, KEYS, max_bytes, spare=spare * 64)
    assert left(root) == expected


def test_use_protects(root: Path) -> None:
    housekeeping.mark_used(root / KEYS[0])
    housekeeping.evict(root, KEYS, 3000, spare=KEYS[3])
    assert left(root) == "acd"
    housekeeping.evict(root, [KEYS[0], *KEYS[2:]], 0, spare=KEYS[3])
    assert left(root) == "ad", "an entry used a moment ago may be about to be loaded"


def test_another_process_evicts_too(root: Path) -> None:
    housekeeping.remove(root / KEYS[0])
    housekeeping.evict(root, KEYS, 2000, spare=KEYS[3])
    assert left(root) == "cd"


def test_broken_entry_can_go(root: Path) -> None:
    (root / KEYS[1] / "manifest.json").unlink()
    os.utime(root / KEYS[1], (0, 0))
    housekeeping.evict(root, KEYS, 3000, spare=KEYS[3])
    assert left(root) == "acd"


def test_removal_reports_who_was_faster(root: Path) -> None:
    assert housekeeping.remove(root / KEYS[0])
    assert not housekeeping.remove(root / KEYS[0])
    assert left(root) == "bcd"


def test_removal_of_a_link_spares_its_target(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    target = tmp_path_factory.mktemp("target")
    (target / "precious").touch()
    (root / ("e" * 64)).symlink_to(target)
    assert housekeeping.remove(root / ("e" * 64))
    assert left(root) == "abcd"
    assert (target / "precious").exists()


def test_removal_that_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(CacheError, match=r"Permission denied; give yourself permission"):
        housekeeping.remove(root / KEYS[0])


def test_sweep_tells_the_living_from_the_dead(root: Path) -> None:
    (root / ".deleting-0").mkdir()
    (root / "README.md").touch()
    dead = housekeeping.workshop(root, KEYS[0])
    living = housekeeping.workshop(root, KEYS[1])
    with exclusive(housekeeping.lock_file(root, KEYS[1]), timeout=0):
        housekeeping.sweep(root)
        assert not dead.exists()
        assert living.exists()
        assert not (root / ".deleting-0").exists()
    assert (root / "README.md").exists()


def test_workshop_is_private_and_replaces_a_dead_builders(root: Path) -> None:
    first = housekeeping.workshop(root, KEYS[0])
    second = housekeeping.workshop(root, KEYS[0])
    assert not first.exists()
    assert second.stat().st_mode & 0o777 == 0o700


def test_sizes_and_times_of_what_has_gone(root: Path) -> None:
    assert housekeeping.folder_size(root / KEYS[0]) == 1000
    assert housekeeping.folder_size(root / "gone") == 0
    assert housekeeping.last_used(root / "gone") == 0.0
