"""Fits to data on disk: peak memory and time beside the same fit in memory, and whether the bits agree."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow.parquet import ParquetWriter

import morefit_py as mf
from benchmarks import process
from benchmarks.figures import TARGET, Table, at_most
from benchmarks.models import A

NAME = "streaming"
LARGE_FOLDER = Path("/var/tmp")
# Drawn once and repeated, with each copy moved by less than it matters, so that no two events are equal.
SAMPLE = 1_000_000
GOAL_MIB = 4096.0
MEMORY, DISK = "in memory", "on disk"


def tables(quick: bool, long: bool = False) -> list[Table]:
    """A row each way of holding the data, each in a process of its own."""
    made = Table(
        NAME,
        "Fit of model A to a Parquet file",
        (
            "events",
            "data",
            "file / MiB",
            "read / s",
            "fit / s",
            "one Hessian / s",
            "same result to the bit",
            "peak / MiB",
            *TARGET,
        ),
        remarks=[
            'The peak is of the whole process, the interpreter and the libraries included. "read" includes '
            "writing the columns to disk where they are to be there; the kernel is in the cache.",
        ],
    )
    sizes = [SAMPLE] if quick else [10 * SAMPLE, *([100 * SAMPLE] if long else [])]
    for events in sizes:
        with tempfile.TemporaryDirectory(dir=LARGE_FOLDER if LARGE_FOLDER.is_dir() else None) as folder:
            path = Path(folder) / "mass.parquet"
            write(path, events)
            found = {way: process.run("benchmarks.streaming", path, way == DISK) for way in (MEMORY, DISK)}
            for way, one in found.items():
                peak = one["peak"] / 2**20
                goal = at_most(peak, GOAL_MIB) if way == DISK else (None, None)
                same = one["bits"] == found[MEMORY]["bits"]
                size = path.stat().st_size / 2**20
                times = (one["read"], one["fit"], one["hessian"])
                made.add(events, way, size, *times, same, peak, *goal)
    return [made]


def write(path: Path, events: int) -> None:
    """A Parquet file of so many events of model A."""
    sample = A.data(SAMPLE)
    with ParquetWriter(path, pa.schema([("mass", pa.float64())]), use_dictionary=False) as writer:
        for copy in range(events // SAMPLE):
            moved = np.clip(sample + 1e-9 * copy, 5000.0, 6000.0)
            writer.write_table(pa.table({"mass": moved}))


def measure(path: str, stream: bool) -> dict[str, Any]:
    """Seconds, the peak of memory in bytes, and the bits of the result."""
    few = A.data(10_000)
    mf.compile(A.model(len(few)), {"mass": few}).minimise()
    begin = perf_counter()
    data = mf.Dataset.from_parquet(path, ["mass"], stream=stream, progress=False)
    read = perf_counter()
    fit = mf.compile(A.model(len(data)), data)
    result = fit.minimise()
    fitted = perf_counter()
    assert result.valid, result.reasons
    hessian = fit.hessian(list(result.values.values()))
    done = perf_counter()
    numbers = [result.nll, *result.values.values(), *np.ravel(result.covariance), *np.ravel(hessian)]
    return {
        "read": read - begin,
        "fit": fitted - read,
        "hessian": done - fitted,
        "peak": process.peak_memory(),
        "bits": np.array(numbers).tobytes().hex(),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("path")
    parser.add_argument("stream")
    asked = parser.parse_args()
    process.answer(measure(asked.path, asked.stream == "True"))


if __name__ == "__main__":
    main()
