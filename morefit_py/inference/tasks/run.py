"""Tasks done once: what is on the shelf already is taken from there, the rest is done and put there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from morefit_py.errors import DataError
from morefit_py.inference.tasks.shelf import Shelf
from morefit_py.inference.tasks.task import Outcome, Runner, Task
from morefit_py.model.progress import bar

Told = Callable[[Task, Outcome], None]


@dataclass(frozen=True, eq=False)
class Ran:
    """The outcomes, but for their files, by the names of the tasks, in order; which were done just now.

    `spoilt` says of folders that were found but are not as they were written what is wrong; their tasks were
    done again.
    """

    outcomes: dict[str, Outcome]
    done: tuple[str, ...]
    spoilt: tuple[str, ...]


def run(
    tasks: Sequence[Task],
    shelf: Shelf,
    runner: Runner,
    what: str = "tasks",
    told: Told | None = None,
    progress: bool | None = None,
    begun: Callable[[], None] | None = None,
) -> Ran:
    """Does the tasks that are not on the shelf, and puts each there as soon as it is finished.

    `told` is called with each that is done, `begun` before the first of them. A bar shows the progress if
    `progress` is True, or None and stderr is a terminal. May be killed at any moment: what was on the shelf
    by then is not done again. Raises FitError where another process writes to the shelf.
    """
    with shelf.held(), bar(what, len(tasks), progress) as shown:
        found: dict[str, Outcome] = {}
        spoilt = []
        for task in tasks:
            try:
                outcome = shelf.find(task)
            except DataError as problem:
                spoilt.append(str(problem))
                continue
            if outcome is not None:
                found[task.name] = replace(outcome, files={})
        shown.advance(len(found))
        missing = [task for task in tasks if task.name not in found]
        if missing and begun is not None:
            begun()
        done = []
        try:
            # Closing it ends its processes.
            with closing(runner(missing)) as finished:
                for task, outcome in finished:
                    shelf.keep(task, outcome)
                    found[task.name] = replace(outcome, files={})
                    done.append(task.name)
                    if told is not None:
                        told(task, outcome)
                    shown.advance(1)
        except KeyboardInterrupt as stop:
            stop.add_note(f"{len(found)} of {len(tasks)} {what} are done; the same again does the rest")
            raise
    return Ran({task.name: found[task.name] for task in tasks}, tuple(done), tuple(spoilt))
