"""Work for tasks, where other processes can import it."""

from __future__ import annotations

import os
import signal
import time
import warnings
from functools import partial
from pathlib import Path

from morefit_py.errors import FitError
from morefit_py.inference.tasks.task import Outcome, Task
from morefit_py.runtime.threads import THREADS


def square(number: int, folder: str = "") -> Outcome:
    """A number's square, with who worked it out; a line in `folder` says that it was done."""
    if folder:
        with (Path(folder) / "log").open("a") as log:
            log.write(f"{number}\n")
    row = {"square": number * number, "process": os.getpid(), "threads": os.environ.get(THREADS)}
    return Outcome(row, {"number.txt": str(number).encode()})


def refuse(number: int) -> Outcome:
    raise FitError(f"{number}: cannot be done")


def break_down(number: int) -> Outcome:
    return Outcome({"inverse": 1 // (number - number)})


def warn(number: int) -> Outcome:
    for _ in range(2):
        warnings.warn(f"{number} is odd", UserWarning, stacklevel=1)
    return Outcome({"number": number})


def interrupt(number: int) -> Outcome:
    raise KeyboardInterrupt


def die(number: int, folder: str, times: int) -> Outcome:
    """Ends its process so many times, then works."""
    for k in range(times):
        try:
            (Path(folder) / f"died-{number}-{k}").touch(exist_ok=False)
        except FileExistsError:
            continue
        time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGKILL)
    return square(number)


def squares(*numbers: int, folder: str = "", key: str = "k") -> list[Task]:
    return [Task(f"t{number}", key, partial(square, number, folder)) for number in numbers]
