"""Outcomes on disk."""

from __future__ import annotations

import json
import multiprocessing
import os
from math import inf, nan
from pathlib import Path

import pytest

from morefit_py.errors import DataError, FitError
from morefit_py.inference.tasks.shelf import RECORD, Shelf, is_name
from morefit_py.inference.tasks.task import Outcome, Task, here

OUTCOME = Outcome({"nll": -1.5, "error": nan, "limit": inf}, {"a.bin": b"\0\1", "b.txt": b"text"}, "", ("w",))


def task(name: str = "one", key: str = "k") -> Task:
    return Task(name, key, Outcome)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    held = Shelf(tmp_path)
    held.keep(task(), OUTCOME)
    return held


def test_what_is_kept_is_found(shelf: Shelf) -> None:
    found = shelf.find(task())
    assert found is not None
    assert repr(found) == repr(OUTCOME)
    assert sorted(path.name for path in shelf.folder.iterdir()) == ["one"]


def test_other_tasks_and_other_inputs_are_not_found(shelf: Shelf) -> None:
    assert shelf.find(task("two")) is None
    assert shelf.find(task(key="other")) is None


def test_a_failure_is_kept_and_not_found(shelf: Shelf) -> None:
    shelf.keep(task(), Outcome(failed="why"))
    assert json.loads((shelf.folder / "one" / RECORD).read_text())["failed"] == "why"
    assert not (shelf.folder / "one" / "a.bin").exists()
    assert shelf.find(task()) is None


def test_later_outcomes_replace_earlier_ones_as_a_whole(shelf: Shelf) -> None:
    shelf.keep(task(key="new"), Outcome({"nll": 2.0}, {"c.txt": b"c"}))
    assert sorted(path.name for path in (shelf.folder / "one").iterdir()) == ["c.txt", RECORD]
    assert sorted(path.name for path in shelf.folder.iterdir()) == ["one"]
    found = shelf.find(task(key="new"))
    assert found is not None
    assert found.row == {"nll": 2.0}


@pytest.mark.parametrize("name", ["a.bin", "b.txt", RECORD])
@pytest.mark.parametrize("harm", ["torn", "changed", "gone", "empty"])
def test_a_spoilt_file_is_never_believed(shelf: Shelf, name: str, harm: str) -> None:
    path = shelf.folder / "one" / name
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        flipped = content[:-2] + bytes([content[-2] ^ 1]) + content[-1:]
        path.write_bytes({"torn": content[:-2], "changed": flipped, "empty": b""}[harm])
    with pytest.raises(DataError, match="one"):
        shelf.find(task())
    shelf.keep(task(), OUTCOME)
    assert repr(shelf.find(task())) == repr(OUTCOME)


def test_every_bit_of_the_record_is_sealed(shelf: Shelf) -> None:
    path = shelf.folder / "one" / RECORD
    content = path.read_bytes()
    for position in range(0, len(content), 7):
        spoilt = bytearray(content)
        spoilt[position] ^= 4
        path.write_bytes(spoilt)
        try:
            found = shelf.find(task())
        except DataError:
            continue
        # Spaces between what JSON says have no meaning.
        assert repr(found) == repr(OUTCOME)


def test_a_folder_that_did_not_come_to_its_place_is_removed(shelf: Shelf) -> None:
    for name in (".two.0123abcd.new", ".one.0123abcd.old"):
        (shelf.folder / name).mkdir()
        (shelf.folder / name / RECORD).write_text("{")
    (shelf.folder / ".notes").mkdir()
    with shelf.held():
        assert sorted(path.name for path in shelf.folder.iterdir()) == [".lock", ".notes", "one"]


def test_one_process_at_a_time(shelf: Shelf) -> None:
    with shelf.held(), pytest.raises(FitError, match="another process writes there now"), shelf.held():
        pass
    with shelf.held():
        assert shelf.find(task()) is not None


def _hold_and_die(folder: Path) -> None:
    with Shelf(folder).held():
        os._exit(0)


def test_a_lock_ends_with_its_process(shelf: Shelf) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_hold_and_die, args=(shelf.folder,))
    process.start()
    process.join()
    with shelf.held():
        assert shelf.find(task()) is not None


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="choose another folder"), Shelf(tmp_path / "file").held():
        pass
    with pytest.raises(DataError, match="choose another folder"):
        Shelf(tmp_path / "file").keep(task(), OUTCOME)


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("fit-1.2_b+c", True), ("0", True), ("x" * 120, True), ("x" * 121, False), ("", False),
        ("a/b", False), ("..", False), (".hidden", False), ("-o", False), ("a b", False), ("a\\b", False),
        ("c:", False), ("dot.", False), ("é", False), ("a\n", False),
    ],
)  # fmt: skip
def test_names_are_those_of_folders(name: str, good: bool) -> None:
    assert is_name(name) is good


def test_nothing_of_a_runner_is_needed(shelf: Shelf) -> None:
    for done, outcome in here([task("two")]):
        shelf.keep(done, outcome)
    assert shelf.find(task("two")) is not None
