"""Tasks done once."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from morefit_py.errors import FitError
from morefit_py.inference.tasks.run import run
from morefit_py.inference.tasks.shelf import Shelf
from morefit_py.inference.tasks.task import Finished, Outcome, Task, here
from tests.inference.tasks.works import interrupt, refuse, squares


def log(folder: Path) -> list[int]:
    return [int(line) for line in (folder / "log").read_text().split()]


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    first = run(squares(1, 2, folder=str(tmp_path)), shelf, here)
    second = run(squares(3, 2, 1, 4, folder=str(tmp_path)), shelf, here)
    assert log(tmp_path) == [1, 2, 3, 4]
    assert list(second.outcomes) == ["t3", "t2", "t1", "t4"]
    assert [outcome.row["square"] for outcome in second.outcomes.values()] == [9, 4, 1, 16]
    assert (first.done, second.done) == (("t1", "t2"), ("t3", "t4"))


def test_other_inputs_are_done_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    run(squares(1, 2, folder=str(tmp_path)), shelf, here)
    tasks = [*squares(1, folder=str(tmp_path), key="other"), *squares(2, folder=str(tmp_path))]
    assert run(tasks, shelf, here).done == ("t1",)
    assert log(tmp_path) == [1, 2, 1]


def test_what_is_spoilt_is_done_again_and_told(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    run(squares(1, 2), shelf, here)
    (tmp_path / "shelf" / "t1" / "number.txt").write_text("")
    found = run(squares(1, 2), shelf, here)
    assert found.done == ("t1",)
    (spoilt,) = found.spoilt
    assert spoilt.endswith("number.txt: is not as it was written")


def test_a_failure_stops_nothing_and_is_tried_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    told: list[str] = []
    tasks = [Task("bad", "k", partial(refuse, 5)), *squares(2)]
    found = run(tasks, shelf, here, told=lambda task, outcome: told.append(f"{task.name}{outcome.failed}"))
    assert told == ["bad5: cannot be done", "t2"]
    assert found.outcomes["bad"].failed == "5: cannot be done"
    assert run(tasks, shelf, here).done == ("bad",)


def test_an_interruption_says_how_to_go_on_and_loses_nothing(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    tasks = [*squares(1, folder=str(tmp_path)), Task("stop", "k", partial(interrupt, 0)), *squares(2)]
    with pytest.raises(KeyboardInterrupt) as caught:
        run(tasks, shelf, here, "fits")
    assert caught.value.__notes__ == ["1 of 3 fits are done; the same again does the rest"]
    again = [*squares(1, folder=str(tmp_path)), *squares(2)]
    assert run(again, shelf, here).done == ("t2",)


def test_a_runner_is_closed(tmp_path: Path) -> None:
    closed = []

    def runner(tasks: object) -> Finished:
        try:
            yield squares(1)[0], Outcome()
        finally:
            closed.append(True)

    def told(task: Task, outcome: Outcome) -> None:
        raise FitError("stop")

    with pytest.raises(FitError):
        run(squares(1), Shelf(tmp_path), runner, told=told)
    assert closed == [True]


def test_it_says_when_it_begins(tmp_path: Path) -> None:
    begun: list[bool] = []
    for _ in range(2):
        run(squares(1), Shelf(tmp_path), here, begun=lambda: begun.append(True))
    assert begun == [True]
