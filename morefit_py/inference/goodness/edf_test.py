"""Tests of the distribution function: Kolmogorov-Smirnov, Cramer-von Mises, Anderson-Darling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import final

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError, FitError, nearest
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.result import FitResult
from morefit_py.inference.goodness.bootstrap import ToyPValue, bootstrap, refuse_weights
from morefit_py.inference.goodness.distribution import Distribution, distribution
from morefit_py.inference.goodness.empirical import KS, NAMES, known_p_value, statistic
from morefit_py.inference.record import UNWRITTEN, Record
from morefit_py.model.binned import Binned
from morefit_py.model.dataset import Dataset

Array = NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class EdfTest(Record):
    """A test of one observable's distribution function.

    `known_p_value` is that of a distribution that was known before; where parameters (`fitted` names them)
    were determined by the same data it is too large and not `known`. `toys` has the right one, where
    asked for. `values` and `probabilities` (n,) are the events in order, and F there.
    """

    statistic: str
    channel: str
    observable: str
    events: int
    value: float
    fitted: tuple[str, ...]
    known_p_value: float
    toys: ToyPValue | None
    values: Array = field(metadata=UNWRITTEN, repr=False)
    probabilities: Array = field(metadata=UNWRITTEN, repr=False)

    @property
    def known(self) -> bool:
        """Whether nothing was fitted, so that `known_p_value` is right."""
        return not self.fitted

    @property
    def p_value(self) -> float | None:
        """The p-value by toys, or that of a known distribution; None where there is neither."""
        if self.toys is not None:
            return self.toys.p_value
        return self.known_p_value if self.known else None

    def __str__(self) -> str:
        name = NAMES[self.statistic]
        head = f"{name} = {self.value:.4g} for {self.observable} of {self.events} events"
        if self.toys is not None:
            return f"{head}: {self.toys}"
        if self.known:
            return f"{head}: p = {self.known_p_value:.4g}"
        return (
            f"{head}: p is smaller than {self.known_p_value:.4g}, that of a known distribution, for "
            f"{len(self.fitted)} parameters were fitted; ask for toys"
        )


def edf_test(
    fit: CompiledFit,
    result: FitResult,
    statistic: str = KS,
    observable: str | None = None,
    channel: str | None = None,
    toys: int = 0,
    seed: int = 0,
    processes: int = 1,
    progress: bool | None = None,
) -> EdfTest:
    """Compares the empirical distribution function of a channel's data with the fitted one.

    `statistic` is "ks", "cvm" or "ad", the last being the most sensitive in the tails. Tables of these know
    nothing of fitted parameters: `toys` asks for the p-value by that many toys of the fitted model, fitted
    like the data (the parametric bootstrap: Stute, Gonzalez Manteiga and Presedo Quindimil, Metrika 40 (1993)
    243). Raises DataError for weighted and binned data, FitError for an invalid result or an unknown
    statistic, ModelError for a density of several observables that is no product.
    """
    if statistic not in NAMES:
        raise FitError(f"unknown statistic {statistic!r}{nearest(statistic, NAMES)}")
    if not result.valid:
        raise FitError(f"{NAMES[statistic]}: the fit is not valid ({'; '.join(result.reasons)}); fit again")
    held = distribution(fit, result, channel)
    if isinstance(held.data, Binned):
        raise DataError(f"{NAMES[statistic]}: the data are in bins, which hide it; use chi2_test")
    refuse_weights(NAMES[statistic], held.data)
    x = held.observable(observable)
    value, u = _value(statistic, held, x.name)
    by_toys = None
    if toys:
        one = partial(_of_toy, statistic, held, x.name)
        by_toys = bootstrap(fit, result, one, value, toys, seed, processes, progress)
    order = np.argsort(held.data[x.name])
    return EdfTest(
        statistic=statistic,
        channel=held.channel,
        observable=x.name,
        events=len(held.data),
        value=value,
        fitted=tuple(_shapes(held, result)),
        known_p_value=known_p_value(statistic, value, len(held.data)),
        toys=by_toys,
        values=held.data[x.name][order],
        probabilities=u[order],
    )


def _shapes(held: Distribution, result: FitResult) -> list[str]:
    """The fitted parameters that the distribution function depends on: not a yield that is the only one."""
    names = held.free(result)
    if len(held.mixture.terms) > 1:
        return names
    of_density = {parameter.name for parameter in held.mixture.terms[0].density.parameters}
    return [name for name in names if name in of_density]


def _value(kind: str, held: Distribution, name: str) -> tuple[float, Array]:
    u, v = held.probabilities(held.observable(name))
    return statistic(kind, u, v), u


def _of_toy(
    kind: str,
    held: Distribution,
    name: str,
    data: dict[str, Dataset],
    values: Mapping[str, float],
    seed: int,
) -> float:
    toy = Distribution(held.channel, held.mixture, values, data[held.channel])
    return _value(kind, toy, name)[0]
