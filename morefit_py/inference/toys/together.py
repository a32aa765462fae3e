"""The fits of toys in lockstep: many toys are one batch, drawn, evaluated and judged together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray

from morefit_py.fit.many import RETRIES, BatchResult, minimise_many
from morefit_py.inference.toys.ensemble import Drawn, Ensemble
from morefit_py.inference.toys.seeds import toy_seed
from morefit_py.inference.toys.toy_fit import ToyFit

# Events that are in memory at once, and toys of a batch whatever their size.
_EVENTS = 1 << 22
_TOYS = 2048


def fit_together(
    ensemble: Ensemble, seed: int, toys: Sequence[int], retries: int = RETRIES
) -> Iterator[ToyFit]:
    """Draws and fits toys by number, in batches; toys that cannot be fitted are outcomes as well."""
    left = list(toys)
    size = 16
    while left:
        some, left = left[:size], left[size:]
        drawn = ensemble.draw_many([toy_seed(seed, toy) for toy in some])
        yield from _fitted(ensemble, seed, some, drawn, retries)
        mean = float(np.mean(drawn.events))
        size = int(np.clip(_EVENTS / max(mean, 1.0), 1, _TOYS))


def _fitted(
    ensemble: Ensemble, seed: int, numbers: Sequence[int], drawn: Drawn, retries: int
) -> Iterator[ToyFit]:
    parameters = ensemble.fit_model.parameters
    problems = drawn.problems(ensemble.fit_model.observables)
    fine = [i for i in range(len(numbers)) if i not in problems]
    rows: dict[int, ToyFit] = {
        i: _unfitted(numbers[i], int(drawn.events[i]), text, len(parameters)) for i, text in problems.items()
    }
    if fine:
        batch = ensemble.batch(drawn if not problems else drawn.some(fine))
        start = np.array([ensemble.truth[parameter.name] for parameter in batch.free])
        try:
            found = minimise_many(batch, start, [toy_seed(seed, numbers[i]) for i in fine], retries)
        finally:
            batch.release()
        where = batch.position
        fixed = np.array([parameter.init for parameter in parameters])
        for row, i in enumerate(fine):
            rows[i] = _row(numbers[i], int(drawn.events[i]), found, row, where, fixed)
    for i in range(len(numbers)):
        yield rows[i]


def _row(
    toy: int, events: int, found: BatchResult, row: int, where: NDArray[np.intp], fixed: NDArray[np.float64]
) -> ToyFit:
    values, errors = fixed.copy(), np.zeros_like(fixed)
    values[where], errors[where] = found.values[row], found.errors[row]
    nothing = (nan,) * len(fixed)
    return ToyFit(
        toy=toy,
        events=events,
        valid=bool(found.valid[row]),
        message=found.messages[row],
        nll=float(found.nll[row]),
        edm=float(found.edm[row]),
        values=tuple(values.tolist()),
        errors=tuple(errors.tolist()),
        lower=nothing,
        upper=nothing,
        attempts=int(found.attempts[row]),
    )


def _unfitted(toy: int, events: int, message: str, size: int) -> ToyFit:
    nothing = (nan,) * size
    return ToyFit(toy, events, False, message, nan, nan, nothing, nothing, nothing, nothing, 0)
