"""The distribution of a likelihood ratio by toys of the nested model, each fitted with both models."""

from __future__ import annotations

from functools import partial
from math import nan

import numpy as np

from morefit_py.errors import DataError, FitError
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.minimise import minimise
from morefit_py.fit.result import FitResult
from morefit_py.inference.goodness.bootstrap import ToyPValue, ensemble_of, toy_p_value
from morefit_py.inference.toys.ensemble import Ensemble, Toy
from morefit_py.inference.toys.seeds import toy_seed
from morefit_py.inference.toys.workers import each
from morefit_py.model.progress import bar


def ratio_toys(
    fits: tuple[CompiledFit, CompiledFit],
    results: tuple[FitResult, FitResult],
    observed: float,
    toys: int,
    seed: int,
    processes: int,
    progress: bool | None,
) -> ToyPValue:
    """The p-value of 2 (NLL_nested - NLL_full) by toys of the nested model at its result.

    `fits` and `results` are (full, nested). Both models have the same outcomes of constraints. Raises
    FitError for models with different constraints, DataError for weighted data.
    """
    full, nested = (ensemble_of(fit, result) for fit, result in zip(fits, results, strict=True))
    if len(full.model.constraints) != len(nested.model.constraints):
        raise FitError("likelihood ratio: toys need both models to have the same constraints")
    one = partial(_ratio, full, nested, results[0], seed)
    found = []
    with bar("toys", toys, progress) as shown:
        for value in each(one, range(toys), processes, lambda: nested.choice):
            found.append(value)
            shown.advance(1)
    return toy_p_value(observed, np.array(found), seed)


def _ratio(full: Ensemble, nested: Ensemble, best: FitResult, seed: int, toy: int) -> float:
    drawn = nested.draw(toy_seed(seed, toy))
    less = _fitted(nested, drawn, nested.truth)
    if less is None:
        return nan
    # What both fit starts at the nested fit; what is tested, where the data had it, and where the toys have.
    known = {name: value for name, value in less.values.items() if name in best.parameters}
    both = {name: value for name, value in known.items() if name not in less.fixed}
    found = [_fitted(full, drawn, {**best.values, **start}) for start in (both, known)]
    lowest = [result.nll for result in found if result is not None]
    return 2.0 * max(less.nll - min(lowest), 0.0) if lowest else nan


def _fitted(ensemble: Ensemble, toy: Toy, start: dict[str, float]) -> FitResult | None:
    try:
        likelihood = ensemble.likelihood(toy)
    except DataError:
        return None
    try:
        result = minimise(likelihood, start=start)
    except FitError:
        return None
    finally:
        likelihood.events.release()
    return result if result.valid else None
