"""p-values by toys of the fitted model, each fitted as the data were: the parametric bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import sqrt
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError, FitError
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.minimise import minimise
from morefit_py.fit.result import FitResult
from morefit_py.inference.record import Record
from morefit_py.inference.toys.ensemble import Ensemble, Transform
from morefit_py.inference.toys.seeds import toy_seed
from morefit_py.inference.toys.workers import each
from morefit_py.model.binned import COUNT, VARIANCE, Binned
from morefit_py.model.dataset import Dataset
from morefit_py.model.progress import bar

Array = NDArray[np.float64]
Statistic = Callable[[dict[str, Dataset], Mapping[str, float], int], float]
"""A statistic of the data by channel, the fitted values and a seed for what it draws itself."""

FAILED: Final = float("nan")


@final
@dataclass(frozen=True, eq=False)
class ToyPValue(Record):
    """The part of toys with a statistic as large as that of the data, (k + 1)/(n + 1), and its error.

    `statistics` are those of the n toys whose fit was valid; `failed` is how many were not, which are left
    out.
    """

    p_value: float
    error: float
    statistics: Array
    failed: int
    seed: int

    def __str__(self) -> str:
        left_out = f", {self.failed} with fits that are not valid left out" if self.failed else ""
        return f"p = {self.p_value:.4g} +- {self.error:.2g} by {len(self.statistics)} toys{left_out}"


def toy_p_value(observed: float, found: Array, seed: int) -> ToyPValue:
    """The p-value of a statistic that is large where the model is wrong; nan stands for a failed toy.

    Raises FitError where no toy is left.
    """
    held = np.asarray(found, dtype=np.float64)
    good = held[np.isfinite(held)]
    if not good.size:
        raise FitError("toys: not one fit of a toy is valid, so that there is no p-value")
    p = (int(np.sum(good >= observed)) + 1) / (good.size + 1)
    return ToyPValue(p, sqrt(p * (1.0 - p) / good.size), good, int(held.size - good.size), seed)


def bootstrap(
    fit: CompiledFit,
    result: FitResult,
    statistic: Statistic,
    observed: float,
    toys: int,
    seed: int,
    processes: int = 1,
    progress: bool | None = None,
) -> ToyPValue:
    """The p-value of an observed statistic by toys of the fitted model, fitted like the data.

    The outcomes of constraints are drawn as well. Raises DataError for weighted data, whose weights no toy
    has.
    """
    ensemble = ensemble_of(fit, result)
    one = partial(_statistic, ensemble, statistic, seed)
    found = []
    with bar("toys", toys, progress) as shown:
        for value in each(one, range(toys), processes, lambda: ensemble.choice):
            found.append(value)
            shown.advance(1)
    return toy_p_value(observed, np.array(found), seed)


def ensemble_of(fit: CompiledFit, result: FitResult) -> Ensemble:
    """Toys like the data of a fit, at its result: as many events where there are no yields, in the same bins.

    Raises DataError for weighted data.
    """
    sizes: dict[str, int] = {}
    transforms: dict[str, Transform] = {}
    given: Dataset | None = None
    for name, data in fit.data.items():
        refuse_weights(f"toys of channel {name!r}", data)
        mixture = fit.model.channels[name]
        if not mixture.extended:
            sizes[name] = round(data.sum_of_weights)
        if isinstance(data, Binned):
            transforms[name] = partial(_rebinned, data)
        if mixture.given:
            given = data
    return Ensemble(
        fit.model,
        result.values,
        size=sizes or None,
        given=given,
        transform=transforms or None,
        backend=fit.backend,
    )


def weighted(data: Dataset) -> bool:
    """Whether events, or what is counted in bins, have weights."""
    if isinstance(data, Binned):
        return not np.array_equal(data.columns[COUNT], data.columns[VARIANCE])
    return data.weights is not None


def refuse_weights(where: str, data: Dataset) -> None:
    """Raises DataError for weighted events, or counts of them."""
    if weighted(data):
        raise DataError(
            f"{where}: the data are weighted, and how the weights would fall in other samples is not known; "
            "use chi2_test without toys"
        )


def _rebinned(like: Binned, data: Dataset) -> Dataset:
    return Binned.from_dataset(data, like.edges, statistic=like.statistic)


def _statistic(ensemble: Ensemble, statistic: Statistic, seed: int, toy: int) -> float:
    number = toy_seed(seed, toy)
    drawn = ensemble.draw(number)
    if all(parameter.fixed for parameter in ensemble.fit_model.parameters):
        return statistic(drawn.data, ensemble.truth, number)
    try:
        likelihood = ensemble.likelihood(drawn)
    except DataError:
        return FAILED
    try:
        result = minimise(likelihood, start=ensemble.truth)
    except FitError:
        return FAILED
    finally:
        likelihood.events.release()
    return statistic(drawn.data, result.values, number) if result.valid else FAILED
