"""A task, and what came of it."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, TypeAlias

from morefit_py.errors import MorefitError


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a task: a row of a table, as JSON has it, and files by name.

    A task that has no result says in `failed` why, and is done again when asked for again. `warnings` are the
    texts of those that were given meanwhile, `seconds` how long it took where it was just done.
    """

    row: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    failed: str = ""
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class Task:
    """Work with a name of its own among all tasks, and the digest of all that its outcome depends on.

    `work` takes no arguments and raises MorefitError where it cannot be done. To be done in another process
    it is a function that can be imported there, with plain values bound to it by `functools.partial`.
    """

    name: str
    key: str
    work: Callable[[], Outcome]


Finished: TypeAlias = Generator[tuple[Task, Outcome], None, None]

Runner: TypeAlias = Callable[[Sequence[Task]], Finished]
"""Does tasks and gives each with its outcome when it is finished, in any order; closing it stops the rest."""


def perform(task: Task) -> Outcome:
    """Does the task here; whatever goes wrong is an outcome too, so that it stops no other task."""
    begun = perf_counter()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            outcome = task.work()
        except MorefitError as problem:
            outcome = Outcome(failed=str(problem))
        except Exception as problem:
            said = "".join(traceback.format_exception(problem)).encode()
            failed = f"{type(problem).__name__}: {problem}; see traceback.txt"
            outcome = Outcome(files={"traceback.txt": said}, failed=failed)
    texts = dict.fromkeys(str(warning.message) for warning in caught)
    given = (*outcome.warnings, *texts)
    return replace(outcome, warnings=given, seconds=perf_counter() - begun)


def here(tasks: Sequence[Task]) -> Finished:
    """Does the tasks in this process, one after the other."""
    for task in tasks:
        yield task, perform(task)
