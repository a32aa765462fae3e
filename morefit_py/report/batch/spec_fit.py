"""The fit of one entry of a batch, as a task that any process can do."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter

from morefit_py.errors import DataError, FitError
from morefit_py.fit.compiled import compile
from morefit_py.inference.tasks.task import Outcome, Task
from morefit_py.report.batch.entry import Entry, code_digest, entry_key
from morefit_py.report.folder import contents
from morefit_py.spec.load import data_of, opened, spec_digest


def fit_task(entry: Entry, key: str) -> Task:
    """The task of an entry; its files are known by absolute paths, as workers have other folders."""
    away = replace(entry, spec=Path(entry.spec).absolute())
    return Task(entry.name, key, partial(fit_entry, away, key, code_digest()))


def fit_entry(entry: Entry, key: str, code: str) -> Outcome:
    """Fits an entry; `key` and `code` are what it and the program were when it was asked for.

    Raises DataError where its files are others now, FitError where this program is another.
    """
    if code_digest() != code:
        raise FitError("this worker has another version of morefit_py; install the same everywhere")
    begun = perf_counter()
    resolved = opened(entry.spec, entry.changes)
    data = data_of(resolved)
    # After reading too, so that what was read is what the key is of.
    if entry_key(entry, resolved) != key:
        raise DataError(f"{entry.spec}: it or its data changed during the run, or differ here; run it again")
    fit = compile(resolved.model, data, entry.options.backend)
    try:
        provenance = {"spec": spec_digest(entry.spec), **fit.provenance()}
        changed = entry.changed()
        result = fit.minimise(
            entry.options.minimiser,
            minos=entry.options.minos,
            weighted_errors=entry.options.weighted_errors,
            provenance=provenance | ({"changed": changed} if changed else {}),
        )
        seconds = perf_counter() - begun
        files = dict(contents(fit, result, entry.options.plots))
    finally:
        fit.release()
    row = {
        "valid": result.valid,
        "reasons": list(result.reasons),
        "nll": result.nll,
        "edm": result.edm,
        "events": sum(len(held) for held in data.values()),
        "evaluations": sum(result.calls.values()),
        "values": result.values,
        "errors": result.errors,
        "seconds": seconds,
    }
    return Outcome(row, files)
