"""A task, and what came of it."""

from __future__ import annotations

from functools import partial

import pytest

from morefit_py.inference.tasks.task import Task, here, perform
from tests.inference.tasks.works import break_down, interrupt, refuse, squares, warn


def test_errors_are_outcomes() -> None:
    assert perform(Task("a", "k", partial(refuse, 7))).failed == "7: cannot be done"
    broken = perform(Task("a", "k", partial(break_down, 7)))
    assert broken.failed.startswith("ZeroDivisionError: ")
    assert "in break_down" in broken.files["traceback.txt"].decode()


def test_warnings_are_collected_once_each() -> None:
    outcome = perform(Task("a", "k", partial(warn, 7)))
    assert (dict(outcome.row), outcome.warnings, outcome.failed) == ({"number": 7}, ("7 is odd",), "")


def test_here_they_are_done_in_order() -> None:
    assert [(task.name, outcome.row["square"]) for task, outcome in here(squares(3, 1, 2))] == [
        ("t3", 9), ("t1", 1), ("t2", 4),
    ]  # fmt: skip


def test_an_interruption_is_no_outcome() -> None:
    with pytest.raises(KeyboardInterrupt):
        perform(Task("a", "k", partial(interrupt, 7)))
