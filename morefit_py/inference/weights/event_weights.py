"""Weights of events that project out one component: the object users hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, log10, sqrt
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError, nearest
from morefit_py.fit.rounding import with_error
from morefit_py.graph.build import Node, div
from morefit_py.inference.record import UNWRITTEN, Record
from morefit_py.inference.weights.components import Components, columns_for, rows
from morefit_py.model.columns.as_column import as_column
from morefit_py.model.dataset import Dataset
from morefit_py.model.files.write_parquet import replaced

if TYPE_CHECKING:
    from morefit_py.fit.compiled import CompiledFit
    from morefit_py.fit.result import FitResult
    from morefit_py.fit.sandwich import Spread
    from morefit_py.inference.weights.origin import Origin
    from morefit_py.inference.weights.weighted_covariance import WeightedCovariance
    from morefit_py.inference.weights.weighted_histogram import WeightedHistogram

Array = NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class EventWeights(Record):
    """The weight of each of n events for each of K components, and the function it comes from.

    `method` is "sWeights" or "COWs". `yields` are the sums of the weights (n, K) over the events, and
    `covariance` (K, K) that of these sums, sum_i w_i w_i^T, for a Poisson number of events. `matrix` (K, K)
    is A in w_k(m) = sum_l A_kl p_l(m) / I(m). `weights` hold the data's own weights and efficiencies,
    `evaluate` does not. `checks` are the sum rules, as the largest violation of each; `notes` say what is
    not as usual.
    """

    method: str
    channel: str
    components: tuple[str, ...]
    observables: tuple[str, ...]
    yields: dict[str, float]
    covariance: Array
    matrix: Array
    checks: dict[str, float]
    notes: tuple[str, ...]
    events: int
    weights: Array = field(metadata=UNWRITTEN, repr=False)
    data: Dataset = field(metadata=UNWRITTEN, repr=False)
    densities: Components = field(metadata=UNWRITTEN, repr=False)
    variance: Node = field(metadata=UNWRITTEN, repr=False)
    origin: Origin = field(metadata=UNWRITTEN, repr=False)

    @property
    def errors(self) -> dict[str, float]:
        """The errors of the yields, of the densities as they are."""
        found = np.sqrt(np.diag(self.covariance))
        return dict(zip(self.components, found.tolist(), strict=True))

    @property
    def columns(self) -> dict[str, Array]:
        """The weights (n,) by component."""
        return {name: as_column(name, self.weights[:, k]) for k, name in enumerate(self.components)}

    def of(self, component: str | Sequence[str]) -> Array:
        """The weights (n,) of a component, or of several together: their sum.

        Raises DataError for an unknown component.
        """
        return np.asarray(self.weights[:, self.positions(component)].sum(axis=1))

    def positions(self, component: str | Sequence[str]) -> list[int]:
        """Where components stand; raises DataError for an unknown one."""
        names = [component] if isinstance(component, str) else list(component)
        for name in names:
            if name not in self.components:
                raise DataError(f"{self.method}: no component {name!r}{nearest(name, self.components)}")
        return [self.components.index(name) for name in names]

    def dataset(self, component: str | Sequence[str]) -> Dataset:
        """All columns of the data with the weights of a component, or of several together.

        Raises DataError for an unknown component.
        """
        names = component if isinstance(component, str) else " + ".join(component)
        source = f"{self.data.source}, {self.method} of {names}"
        return replace(self.data.with_weights(self.of(component), signed=True), source=source)

    def function(self, component: str) -> Node:
        """w_k as an expression of the discriminating observables.

        Raises DataError for an unknown component.
        """
        (k,) = self.positions(component)
        return div(self.densities.combined(self.matrix[k]), self.variance)

    def evaluate(self, values: Any) -> dict[str, Array]:
        """w_k(m) by component, at values of the discriminating observable or a mapping of several by name.

        Raises DataError for an observable that is missing.
        """
        observables = self.densities.observables
        if not isinstance(values, Mapping):
            if len(observables) != 1:
                names = ", ".join(x.name for x in observables)
                raise DataError(f"{self.method}: the weights are functions of {names}; give all by name")
            values = {observables[0].name: values}
        held = {name: as_column(name, np.atleast_1d(column)) for name, column in values.items()}
        table = rows(
            [self.function(name) for name in self.components],
            {},
            columns_for(self.method, observables, held),
        )
        return dict(zip(self.components, table.T, strict=True))

    def corrected(
        self, fit: CompiledFit, result: FitResult, component: str | Sequence[str]
    ) -> WeightedCovariance:
        """The covariance of a fit to `dataset(component)`, as `weighted_covariance` has it."""
        from morefit_py.inference.weights.weighted_covariance import weighted_covariance

        return weighted_covariance(self, fit, result, component)

    def spread(self, fit: CompiledFit, component: str | Sequence[str]) -> Spread:
        """How the gradient of a fit to `dataset(component)` fluctuates, for `fit.minimise(spread=...)`.

        Raises DataError where no channel of the fit has these weights.
        """
        from morefit_py.inference.weights.weighted_covariance import spread

        return spread(self, fit, component)

    def histogram(self, component: str | Sequence[str], column: str, edges: Any) -> WeightedHistogram:
        """The distribution of a column for a component, as `weighted_histogram` has it."""
        from morefit_py.inference.weights.weighted_histogram import weighted_histogram

        return weighted_histogram(self, component, column, edges)

    def write(self, path: str | PathLike[str]) -> None:
        """All columns of the data and a column `w_NAME` for each component, as a Parquet file.

        Raises DataError where the data have a column of such a name.
        """
        import pyarrow as pa
        from pyarrow import parquet

        added = {f"w_{name}": column for name, column in self.columns.items()}
        for name in added:
            if name in self.data.columns:
                raise DataError(
                    f"{self.method}: the data have a column {name!r} already; rename it or the component"
                )
        with replaced(Path(path)) as temporary:
            parquet.write_table(pa.table({**self.data.columns, **added}), temporary)

    def __str__(self) -> str:
        lines = [f"{self.method} of {self.events} events in {', '.join(self.observables)} ({self.channel})"]
        width = max(len(name) for name in self.components)
        for k, name in enumerate(self.components):
            value, error = with_error(self.yields[name], sqrt(self.covariance[k, k]))
            lines.append(f"  {name:{width}}  {value} +- {error}")
        lines += [f"  {name}: to {_bound(worst):.0e}" for name, worst in self.checks.items()]
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])


def _bound(worst: float) -> float:
    """The power of ten above a violation; below 1e-9 it is rounding, and of no interest."""
    return max(1e-9, 10.0 ** ceil(log10(worst))) if worst > 0.0 else 1e-9


def event_weights(
    densities: Components, matrix: Array, variance: Node, columns: Mapping[str, Array], factor: Array
) -> Array:
    """factor_i * sum_l A_kl p_l(i) / I(i), (n, K), for densities p and the variance function I."""
    shapes = densities.evaluate(columns)
    below = rows([variance], densities.values, columns)
    return np.asarray(factor[:, None] * (shapes @ matrix.T) / below)
