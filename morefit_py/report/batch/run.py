"""Batches of fits: specs and manifests, fitted here, in processes or on a cluster, each exactly once."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from os import PathLike
from pathlib import Path

from morefit_py.errors import DataError, FitError, MorefitWarning
from morefit_py.fit.minimisers import minimiser as find_minimiser
from morefit_py.fit.weights import SANDWICH, check_kind
from morefit_py.inference.tasks.run import Told, run
from morefit_py.inference.tasks.shelf import Shelf
from morefit_py.inference.tasks.task import Outcome, Runner, Task, here
from morefit_py.report.batch.collect import collect
from morefit_py.report.batch.entry import Options
from morefit_py.report.batch.spec_fit import fit_task
from morefit_py.report.batch.table import Batch, fit_row
from morefit_py.report.folder import check_folder
from morefit_py.report.plots.style import require_matplotlib
from morefit_py.runtime.backend import backend as find_backend
from morefit_py.runtime.choose import AUTO
from morefit_py.runtime.threads import processors

FITS = "fits"
TABLE, NUMBERS = "summary.parquet", "summary.json"

Specs = str | PathLike[str] | Sequence[str | PathLike[str]]


def fit_specs(
    specs: Specs,
    output: str | PathLike[str],
    *,
    jobs: int = 1,
    dask: str | None = None,
    backend: str = AUTO,
    minimiser: str = "newton",
    minos: bool = False,
    weighted_errors: str = SANDWICH,
    plots: bool = False,
    allow_outside: bool = False,
    progress: bool | None = None,
    told: Told | None = None,
) -> Batch:
    """Fits specs, each into a folder of its own in `output`/fits, and writes the table of all.

    `specs` are files, patterns such as `specs/*.yaml`, folders of specs, and manifests, whose fits have other
    data or other values than their specs; the files that a manifest names must lie in its folder unless
    `allow_outside`. A fit that is there already is not repeated unless its spec, its data (their sizes and
    times of change), its options or this program changed, so that a batch that was killed goes on. `jobs` is
    the number of processes that share the work, `dask` the address of a cluster's scheduler that does it
    instead; its workers must see spec and data under the same paths. `told` is called with each task and its
    outcome as it finishes.

    Fits that are not valid, and those that failed, are rows as well. Raises SpecError with all problems of
    all specs and manifests before anything is fitted, FitError and BackendError for settings that do not
    exist, and DataError where `output` cannot be written to.
    """
    folder = Path(output)
    _check(jobs, dask, backend, minimiser, weighted_errors, plots, folder)
    options = Options(backend, minimiser, minos, weighted_errors, plots)
    asked = [specs] if isinstance(specs, str | PathLike) else list(specs)
    found = collect(asked, options, allow_outside)
    runner = _runner(jobs, dask)
    check_folder(folder)
    said = set(found.warnings)
    for text in found.warnings:
        warnings.warn(MorefitWarning(text), stacklevel=2)

    def tell(task: Task, outcome: Outcome) -> None:
        for text in outcome.warnings:
            if text not in said:
                said.add(text)
                warnings.warn(MorefitWarning(f"{task.name}: {text}"), stacklevel=2)
        if told is not None:
            told(task, outcome)

    def begin() -> None:
        # A table is that of all fits or not there.
        for name in (TABLE, NUMBERS):
            (folder / name).unlink(missing_ok=True)

    tasks = [fit_task(entry, found.keys[name]) for name, entry in found.entries.items()]
    ran = run(tasks, Shelf(folder / FITS), runner, "fits", tell, progress, begin)
    for text in ran.spoilt:
        warnings.warn(MorefitWarning(f"{text}; it was fitted again"), stacklevel=2)
    rows = [fit_row(name, str(entry.spec), ran.outcomes[name]) for name, entry in found.entries.items()]
    batch = Batch(folder / FITS, tuple(rows), ran.done)
    batch.to_parquet(folder / TABLE)
    batch.save(folder / NUMBERS)
    return batch


def _check(
    jobs: int,
    dask: str | None,
    backend: str,
    minimiser: str,
    weighted_errors: str,
    plots: bool,
    folder: Path,
) -> None:
    if jobs < 1:
        raise FitError(f"batch: jobs = {jobs} must be >= 1")
    if dask is not None and jobs > 1:
        raise FitError("batch: jobs are processes of this machine; give jobs or dask, not both")
    find_minimiser(minimiser)
    check_kind(weighted_errors)
    if backend != AUTO:
        find_backend(backend)
    if plots:
        require_matplotlib()
    if folder.is_file():
        raise DataError(f"{folder}: is a file; give a folder, which may be new or hold this batch")


def _runner(jobs: int, dask: str | None) -> Runner:
    if dask is not None:
        from morefit_py.inference.tasks.cluster import cluster

        return cluster(dask)
    most = processors()
    if jobs > most:
        warnings.warn(
            MorefitWarning(f"{jobs} jobs are more than the processors; {most} run at a time"), stacklevel=3
        )
    if min(jobs, most) == 1:
        return here
    from morefit_py.inference.tasks.processes import processes

    return processes(min(jobs, most))
