"""chi2 of data in bins against the fitted model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from morefit_py.errors import DataError, FitError, nearest
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.result import FitResult
from morefit_py.inference.goodness.bins import merged, merged_edges, pooled, summed
from morefit_py.inference.goodness.bootstrap import ToyPValue, bootstrap, weighted
from morefit_py.inference.goodness.distribution import Distribution, distribution
from morefit_py.inference.goodness.grid import SPACINGS, Edges, bin_edges, grid_counts, variance_per_event
from morefit_py.inference.record import Record
from morefit_py.model.binned import Binned
from morefit_py.model.dataset import Dataset

Array = NDArray[np.float64]
PEARSON: Final = "pearson"
LIKELIHOOD: Final = "likelihood"
STATISTICS: Final = (PEARSON, LIKELIHOOD)
# Of the error of the number of events: a fit that determines it leaves less.
_NORMALISED = 1e-3


@final
@dataclass(frozen=True, eq=False)
class ChiSquare(Record):
    """chi2 over B groups of bins, with the degrees of freedom it can have.

    `dof` is (least, most). A fit to these very bins has B minus the number of fitted parameters; one to the
    events has more information than the bins, so that its chi2 is distributed between that of B less all
    fitted parameters and that of B less one for the number of events, if that was fitted (Chernoff and
    Lehmann, Ann. Math. Statist. 25 (1954) 579). `p_values` are those of the two, `toys` that by toys, where
    asked for. `groups` is the group of each bin of the grid of `edges`; `observed`, `expected` and
    `variances` (B,) are of the groups.
    """

    statistic: str
    channel: str
    edges: Edges
    groups: NDArray[np.intp]
    observed: Array
    expected: Array
    variances: Array
    chi2: float
    dof: tuple[int, int]
    p_values: tuple[float, float]
    toys: ToyPValue | None
    notes: tuple[str, ...]

    @property
    def pulls(self) -> Array:
        """(observed - expected)/sqrt(variance) of each group (B,)."""
        return (self.observed - self.expected) / np.sqrt(self.variances)

    def __str__(self) -> str:
        least, most = self.dof
        names = ", ".join(self.edges)
        bins = f"chi2 ({self.statistic}) = {self.chi2:.2f} in {len(self.observed)} bins of {names}"
        if least == most:
            lines = [f"{bins}, {least} degrees of freedom: p = {self.p_values[0]:.4g}"]
        else:
            low, high = self.p_values
            lines = [f"{bins}, {least} to {most} degrees of freedom: p = {low:.4g} to {high:.4g}"]
        lines += [str(self.toys)] if self.toys is not None else []
        return "\n  ".join([*lines, *self.notes])


def chi2_test(
    fit: CompiledFit,
    result: FitResult,
    observable: str | Sequence[str] | None = None,
    channel: str | None = None,
    bins: int | Sequence[float] | Array | Mapping[str, Any] | None = None,
    spacing: str = "probability",
    statistic: str = PEARSON,
    minimum: float = 5.0,
    toys: int = 0,
    seed: int = 0,
    processes: int = 1,
    progress: bool | None = None,
) -> ChiSquare:
    """chi2 between the data of a channel and the model at `result`, over bins of one or several observables.

    Expected counts are integrals over the bins. `bins` is their number or their edges (a mapping of these by
    observable for several); a number of them has equal expected content ("probability") or equal "width";
    binned data have their own. Bins with fewer than `minimum` expected events are merged. `statistic` is
    "pearson", sum (n - nu)^2/nu, or "likelihood", 2 sum nu - n + n log(n/nu) (Baker and Cousins, Nucl.
    Instrum. Meth. 221 (1984) 437). With weights the variance is nu sum w^2/sum w in each bin, and the
    likelihood that of counts scaled to it (Bohm and Zech, Nucl. Instrum. Meth. A 748 (2014) 1). `toys` asks
    for the p-value by that many toys, fitted like the data, which is right where `dof` leaves it open.
    Raises DataError for bins and weights that make no chi2, FitError for an invalid result and more fitted
    parameters than bins, ModelError for densities that cannot be integrated over bins.
    """
    if not result.valid:
        raise FitError(f"chi2: the fit is not valid ({'; '.join(result.reasons)}); fit again first")
    for what, value, known in (("statistic", statistic, STATISTICS), ("spacing", spacing, SPACINGS)):
        if value not in known:
            raise FitError(f"chi2: unknown {what} {value!r}{nearest(value, known)}")
    if not minimum > 0.0:
        raise FitError(f"chi2: a minimum of {minimum:g} expected events makes no chi2; 5 is the default")
    held = distribution(fit, result, channel)
    edges = bin_edges(held, observable, bins, spacing)
    expected = held.counts(edges).ravel()
    observed, squares = grid_counts(held.data, edges)
    scale = variance_per_event(observed, squares)
    grouping = merged if len(edges) == 1 else pooled
    groups = grouping(expected / scale, minimum)
    n, nu = summed(groups, observed), summed(groups, expected)
    variances = nu * variance_per_event(n, summed(groups, squares))
    chi2 = _statistic(statistic, n, nu, variances)
    dof, notes = _degrees(held, fit, result, n, nu, edges)
    by_toys = None
    if toys:
        one = partial(_of_toy, held, statistic, edges, groups)
        by_toys = bootstrap(fit, result, one, chi2, toys, seed, processes, progress)
    if len(edges) == 1:
        ((name, ends),) = edges.items()
        edges = {name: merged_edges(groups, ends)}
        groups = np.arange(len(n))
    return ChiSquare(
        statistic=statistic,
        channel=held.channel,
        edges=edges,
        groups=groups,
        observed=n,
        expected=nu,
        variances=variances,
        chi2=chi2,
        dof=dof,
        p_values=(chi2_p_value(chi2, dof[0]), chi2_p_value(chi2, dof[1])),
        toys=by_toys,
        notes=notes,
    )


def chi2_p_value(chi2: float, dof: int) -> float:
    """The probability of a larger chi2."""
    return float(special.gammaincc(dof / 2.0, chi2 / 2.0))


def _statistic(statistic: str, n: Array, nu: Array, variances: Array) -> float:
    if statistic == PEARSON:
        return float(np.sum((n - nu) ** 2 / variances))
    if np.any(n < 0.0):
        raise DataError("chi2: the weights of a bin have a negative sum, which no count has; use 'pearson'")
    return float(np.sum(2.0 * (nu - n + special.xlogy(n, n / nu)) * nu / variances))


def _degrees(
    held: Distribution,
    fit: CompiledFit,
    result: FitResult,
    n: Array,
    nu: Array,
    edges: Edges,
) -> tuple[tuple[int, int], tuple[str, ...]]:
    """The least and the most degrees of freedom, and what there is to say of them."""
    names = held.free(result)
    bins, notes = len(n), []
    extended = held.mixture.extended
    total = float(n.sum())
    normalised = not extended or abs(float(nu.sum()) - total) < _NORMALISED * np.sqrt(total)
    least = bins - len(names) - (0 if extended else 1)
    most = bins - (1 if normalised else 0)
    whole = isinstance(held.data, Binned) and bins == int(np.prod([len(ends) - 1 for ends in edges.values()]))
    if whole and len(fit.model.channels) == 1 and not fit.model.constraints:
        most = least
    if fit.model.constraints or len(fit.model.channels) > 1:
        notes.append("constraints and other channels determine parameters too, which leaves more freedom")
    if weighted(held.data):
        notes.append("the data are weighted: the variance of a bin is nu sum w^2/sum w")
    if least < 1:
        raise FitError(
            f"chi2: {bins} bins are left for {len(names)} fitted parameters; take more bins, or a smaller "
            "`minimum` of expected events"
        )
    return (least, max(most, least)), tuple(notes)


def _of_toy(
    held: Distribution,
    statistic: str,
    edges: Edges,
    groups: NDArray[np.intp],
    data: dict[str, Dataset],
    values: Mapping[str, float],
    seed: int,
) -> float:
    toy = Distribution(held.channel, held.mixture, values, data[held.channel])
    n, squares = (summed(groups, sums) for sums in grid_counts(toy.data, edges))
    nu = summed(groups, toy.counts(edges).ravel())
    return _statistic(statistic, n, nu, nu * variance_per_event(n, squares))
