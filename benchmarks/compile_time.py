"""From a model to a first result: generating source, cold start, warm start, import."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np

from benchmarks import process
from benchmarks.figures import TARGET, Table, at_most
from benchmarks.models import B_MASS, SIX

NAME = "compile_time"
EVENTS = 10_000
SPEC = process.ROOT / "specs" / "bmass.yaml"
SOURCE_GOAL, COLD_GOAL, WARM_GOAL = 1.0, 1.5, 0.05
IMPORT_GOAL, COMMAND_GOAL = 0.2, 1.0
STAGES = ("import", "modules", "load", "compile", "fit")


def tables(quick: bool) -> list[Table]:
    """Seconds, medians over fresh processes."""
    made = Table(
        NAME,
        "From a model to source, and to a first result; seconds in fresh processes, medians",
        ("what", "of", *STAGES, "processor", "together", *TARGET),
        remarks=[
            f'"graph to source": {SIX.title}, gradient and Hessian included, in an empty cache; '
            "from the model's checks to the text of its kernel.",
            f'"cold" is the B-mass fit ({EVENTS} events; as a Python model: {B_MASS.title}) in an empty '
            'cache, compiler and import included; "warm" the same with its kernel cached, after import. '
            '"modules" are those that load when they are first used. The command is a whole process.',
        ],
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        events = folder / "mass.npy"
        np.save(events, B_MASS.data(EVENTS))
        _source(made, folder, quick)
        _import(made, quick)
        sources = {"Python model": str(events), SPEC.name: str(SPEC)}
        for title, source in sources.items():
            if Path(source).exists():
                _start(made, title, source, folder, quick)
            else:
                made.remarks.append(f"{title}: there is no such file, not measured")
        if SPEC.exists():
            _command(made, folder, quick)
    return [made]


def _source(table: Table, folder: Path, quick: bool) -> None:
    found = []
    for turn in range(1 if quick else 3):
        cache = folder / f"source{turn}"
        found.append(process.run("benchmarks.compile_time", MOREFIT_CACHE_DIR=str(cache)))
    wall, used = (median(run[name] for run in found) for name in ("source", "processor"))
    stages = [None] * len(STAGES)
    goal = at_most(wall, SOURCE_GOAL, " s")
    table.add("graph to source", f"{len(SIX.truths)} parameters", *stages, used, wall, *goal)
    table.details["graph to source"] = found


def _import(table: Table, quick: bool) -> None:
    found = [process.run("benchmarks.start") for _ in range(2 if quick else 7)]
    wall, used = (median(run[name] for run in found) for name in ("import", "import, processor"))
    table.add(
        "import",
        "morefit_py",
        wall,
        *[None] * (len(STAGES) - 1),
        used,
        wall,
        *at_most(wall, IMPORT_GOAL, " s"),
    )


def _start(table: Table, title: str, source: str, folder: Path, quick: bool) -> None:
    cold = []
    for turn in range(1 if quick else 3):
        cache = folder / f"cold{turn} {title}"
        cold.append(process.run("benchmarks.start", source, MOREFIT_CACHE_DIR=str(cache)))
    # The last cold start left its cache behind.
    warm = [
        process.run("benchmarks.start", source, MOREFIT_CACHE_DIR=str(cache))
        for _ in range(3 if quick else 9)
    ]
    for what, runs, counted, goal in (
        ("cold", cold, STAGES, COLD_GOAL),
        ("warm", warm, STAGES[2:], WARM_GOAL),
    ):
        stages = [median(run[stage] for run in runs) for stage in STAGES]
        used = median(sum(run[f"{stage}, processor"] for stage in counted) for run in runs)
        together = median(sum(run[stage] for stage in counted) for run in runs)
        table.add(what, title, *stages, used, together, *at_most(together, goal, " s"))
        table.details[f"{what} {title}"] = runs


def _command(table: Table, folder: Path, quick: bool) -> None:
    """The command as it is typed, from the start of the process to its end, with the kernel cached."""
    cache = str(folder / "command")
    process.command("fit", SPEC, MOREFIT_CACHE_DIR=cache)
    found = [process.command("fit", SPEC, MOREFIT_CACHE_DIR=cache) for _ in range(3 if quick else 9)]
    wall, used = (median(run[name] for run in found) for name in ("wall", "processor"))
    stages = [None] * len(STAGES)
    table.add("warm", f"morefit fit {SPEC.name}", *stages, used, wall, *at_most(wall, COMMAND_GOAL, " s"))
    table.details[f"morefit fit {SPEC.name}"] = found


def main() -> None:
    """Generate the source of the model of six components, with nothing cached."""
    from morefit_py.likelihood.likelihood import checked, program
    from morefit_py.model.dataset import Dataset

    model, data = SIX.model(EVENTS), Dataset.from_numpy({"mass": SIX.data(EVENTS)})
    begin, used = perf_counter(), process_time()
    held = checked(model, data)
    checks = perf_counter()
    made = program(model, held)
    optimised = made.optimised
    passes = perf_counter()
    plans = made.plans
    planned = perf_counter()
    text = made.source("c").text
    end = perf_counter()
    assert optimised is not None
    process.answer(
        {
            "checks": checks - begin,
            "graph and passes": passes - checks,
            "plans": planned - passes,
            "printing": end - planned,
            "source": end - begin,
            "processor": process_time() - used,
            "lines": text.count("\n"),
            "orders": len(plans),
        }
    )


if __name__ == "__main__":
    main()
