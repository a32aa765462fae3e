"""Whether two variables are independent, as weights need it of each component."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from math import sqrt
from typing import Any, final

import numpy as np
from scipy import special

from morefit_py.errors import DataError, MorefitWarning
from morefit_py.inference.record import Record
from morefit_py.model.columns.as_column import as_column

_FEWEST = 20
_MOST_BINS = 10
_EVENTS_PER_CELL = 10


@final
@dataclass(frozen=True)
class Independence(Record):
    """Two tests of independence: Kendall's tau, and a chi2 over bins of equal content in both variables.

    tau is 0 for independent variables, its error there is `tau_error`; it sees what rises or falls together,
    the chi2 with `dof` degrees of freedom everything else that is wider than a bin. `significance` is that of
    the smaller of the two p-values, doubled as there are two, in standard deviations of a normal
    distribution.
    """

    names: tuple[str, str]
    events: int
    tau: float
    tau_error: float
    tau_p_value: float
    chi2: float
    dof: int
    chi2_p_value: float

    @property
    def p_value(self) -> float:
        """The smaller p-value of the two tests, times two."""
        return min(1.0, 2.0 * min(self.tau_p_value, self.chi2_p_value))

    @property
    def significance(self) -> float:
        """The p-value in standard deviations, two-sided."""
        return -float(special.ndtri(self.p_value / 2.0))

    def __str__(self) -> str:
        return (
            f"independence of {self.names[0]} and {self.names[1]} in {self.events} events: "
            f"tau = {self.tau:.4f} +- {self.tau_error:.4f} (p = {self.tau_p_value:.3g}), "
            f"chi2/dof = {self.chi2:.1f}/{self.dof} (p = {self.chi2_p_value:.3g})"
        )


def independence_test(
    x: Any, y: Any, names: tuple[str, str] = ("x", "y"), alarm: float = 3.0
) -> Independence:
    """Tests whether two columns (n,) are independent; warns beyond `alarm` standard deviations.

    sWeights and COWs need the discriminating and the control variable to be independent in each component by
    itself: test a sample of one component, such as simulation or a sideband. In the mixture they are
    dependent wherever the components differ. Kendall, Biometrika 30 (1938) 81. Raises DataError for columns
    of different lengths or with fewer than 20 values.
    """
    from scipy import stats

    a, b = as_column(names[0], x), as_column(names[1], y)
    if len(a) != len(b) or len(a) < _FEWEST:
        raise DataError(
            f"independence of {names[0]} and {names[1]}: they have {len(a)} and {len(b)} values; give two "
            f"columns of the same events, {_FEWEST} at least"
        )
    size = len(a)
    tau = stats.kendalltau(a, b)
    bins = int(np.clip(sqrt(size / _EVENTS_PER_CELL), 2, _MOST_BINS))
    table = stats.contingency.crosstab(_ranked(a, bins), _ranked(b, bins)).count
    if min(table.shape) < 2:
        raise DataError(f"independence of {names[0]} and {names[1]}: one of them is constant")
    chi2 = stats.chi2_contingency(table, correction=False)
    found = Independence(
        names=names,
        events=size,
        tau=float(tau.statistic),
        tau_error=sqrt(2.0 * (2.0 * size + 5.0) / (9.0 * size * (size - 1.0))),
        tau_p_value=float(tau.pvalue),
        chi2=float(chi2.statistic),
        dof=int(chi2.dof),
        chi2_p_value=float(chi2.pvalue),
    )
    if found.significance > alarm:
        warnings.warn(
            f"{found}: {' and '.join(names)} are dependent, so that weights of this component are biased; "
            "use COWs with several densities for it, in which the dependence can be expanded",
            MorefitWarning,
            stacklevel=2,
        )
    return found


def _ranked(column: np.ndarray[Any, Any], bins: int) -> np.ndarray[Any, Any]:
    """The bin of equal content that each value lies in; equal values lie in the same."""
    edges = np.unique(np.quantile(column, np.linspace(0.0, 1.0, bins + 1)[1:-1]))
    return np.searchsorted(edges, column, side="right")
