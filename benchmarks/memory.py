"""Peak memory of a fit beside the size of its data, and whether repeated fits keep any."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

import morefit_py as mf
from benchmarks import process
from benchmarks.figures import NO_TARGET, TARGET, Table, at_most
from benchmarks.models import FITTED, A, B

NAME = "memory"
# The data once, the budgeted columns, and what checks and partial sums may take beside them.
ALLOWANCE = 0.25
REPEATS = 20


def tables(quick: bool) -> list[Table]:
    """One row a model and sample, each in a process of its own."""
    made = Table(
        NAME,
        "Peak memory of compile and fit, beyond the process before the data were read",
        (
            "model",
            "events",
            "data / MiB",
            "columns / MiB",
            "peak / MiB",
            "peak / (data + columns)",
            *TARGET,
            "kept by 20 more fits / MiB",
        ),
        remarks=["The kernel is cached and loaded before, so that the peak is that of the data's ways."],
    )
    with tempfile.TemporaryDirectory() as folder:
        for case in (A, B):
            sample = case.data(1_000_000)
            for events in (1_000_000,) if quick else (1_000_000, 10_000_000):
                path = Path(folder) / "mass.npy"
                np.save(path, np.tile(sample, events // len(sample)))
                found = process.run("benchmarks.memory", case.name, path)
                data, columns, peak = (found[name] / 2**20 for name in ("data", "columns", "peak"))
                ratio = peak / (data + columns)
                goal = at_most(ratio, 1.0 + ALLOWANCE) if events > len(sample) else NO_TARGET
                made.add(case.name, events, data, columns, peak, ratio, *goal, found["kept"] / 2**20)
    return [made]


def measure(case_name: str, path: str) -> dict[str, float]:
    """Bytes of the data, of precomputed columns, of the peak beyond the start, and kept by more fits."""
    case = next(case for case in FITTED if case.name == case_name)
    few = case.data(10_000)
    mf.compile(case.model(len(few)), {"mass": few}).minimise()
    before = process.forget_peak()
    data = np.load(path)
    fit = mf.compile(case.model(len(data)), {"mass": data})
    result = fit.minimise()
    peak = process.peak_memory() - before
    assert result.valid, result.reasons
    held = process.forget_peak()
    for _ in range(REPEATS):
        again = mf.compile(case.model(len(data)), {"mass": data})
        again.minimise()
        again.release()
    kept = process.forget_peak() - held
    columns = 8 * len(data) * len(fit.audit().precomputed_columns)
    return {"data": data.nbytes, "columns": columns, "peak": peak, "kept": kept}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("case")
    parser.add_argument("path")
    asked = parser.parse_args()
    process.answer(measure(asked.case, asked.path))


if __name__ == "__main__":
    main()
