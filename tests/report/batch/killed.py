"""Batches in processes that can be killed: a server, as importing takes longer than fitting.

Reads lines of JSON (specs, output, jobs) and, for each, forks a child that leads a process group of its own
and runs the batch; writes the child's number, and when it has ended its signal, or 0.
"""

from __future__ import annotations

import json
import os
import sys

from morefit_py.report.batch import run


def main() -> None:
    # Processes are asked for on machines of one processor too.
    run.processors = lambda: 2  # type: ignore[assignment]
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            os.setsid()
            run.fit_specs(asked["specs"], asked["output"], jobs=asked["jobs"], progress=False)
            os._exit(0)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, flush=True)


if __name__ == "__main__":
    main()
