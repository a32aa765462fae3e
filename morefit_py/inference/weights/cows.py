"""Custom orthogonal weight functions.

Definitions: Dembinski, Kenzie, Langenbruch and Schmelling, Nucl. Instrum. Meth. A 1040 (2022) 167270
(arXiv:2112.04574).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError, ModelError
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.result import FitResult
from morefit_py.fit.start import starting_point
from morefit_py.graph.build import Operand
from morefit_py.inference.weights.components import Components, columns_for
from morefit_py.inference.weights.event_weights import EventWeights, event_weights
from morefit_py.inference.weights.origin import Fitted, Origin, fitted
from morefit_py.inference.weights.overlap import Overlap, overlap
from morefit_py.inference.weights.variance import Bins, variance_function
from morefit_py.model.as_data import as_data
from morefit_py.model.columns.as_column import as_column, check_values
from morefit_py.model.dataset import Dataset
from morefit_py.model.model import as_model
from morefit_py.pdfs.composition.mixture import Mixture
from morefit_py.pdfs.density import Density

Array = NDArray[np.float64]

# Condition of W, in units of its diagonal, beyond which its inverse is noise.
_DEPENDENT = 1e10


def cows(
    data: Any,
    components: Mapping[str, Density] | Mixture,
    values: Mapping[str, float] | FitResult | None = None,
    *,
    variance: str | Density | Operand = "density",
    bins: Bins | None = None,
    efficiency: str | Any = None,
    fit: CompiledFit | None = None,
) -> EventWeights:
    """Weights that project out each of K densities of one observable, for a variance function I of it.

    w_k(m) = sum_l A_kl g_l(m) / I(m), A the inverse of W_kl = integral of g_k g_l / I. The weight of a
    component is orthogonal to all other densities, so that a background whose control variables depend on m
    is removed where it lies in the span of several densities. No yields are needed, and any positive I is
    unbiased: "density" (of the data, as the sum of the components), "histogram" (of the data, with `bins`: a
    number of bins of equal content or their edges), "uniform", a density, or an expression of the observable.
    `efficiency` (n,), or the name of a column that has it, divides the weight of each event. Parameters of
    the densities are at `values`; `fit` is the fit of the same events that these come from, if `corrected`
    shall account for their errors. Raises ModelError for densities that are not linearly independent, and as
    `variance_function` and `overlap` do, DataError for values outside the bounds and an efficiency that is
    not positive.
    """
    held = _components(components, values)
    x = held.densities[0].x
    dataset = as_data(data, as_model(held.densities[0]))
    assert isinstance(dataset, Dataset)
    columns = columns_for("COWs", held.observables, dataset.columns)
    check_values(
        f"{dataset.source}: observable {x.name!r}", columns[x.name], x.low, x.high, "select the events"
    )
    own = np.ones(len(dataset)) if dataset.weights is None else dataset.weights
    factor = own / _efficiency(dataset, efficiency)
    function = variance_function(variance, held, columns[x.name], factor**2, bins)
    found = overlap(held, function.node, function.breaks)
    matrix = _inverse(held, found)
    weights = event_weights(held, matrix, function.node, columns, factor)
    shapes = _shapes(fit, values, dataset, x.name)
    return EventWeights(
        method="COWs",
        channel="data" if shapes is None else shapes.channel,
        components=held.names,
        observables=(x.name,),
        yields=dict(zip(held.names, weights.sum(axis=0).tolist(), strict=True)),
        covariance=weights.T @ weights,
        matrix=matrix,
        checks={"integrals of products of densities (relative)": found.error},
        notes=_notes(dataset, efficiency),
        events=len(dataset),
        weights=weights,
        data=dataset,
        densities=held,
        variance=function.node,
        origin=Origin(False, own, factor, shapes, function.breaks),
    )


def _components(
    components: Mapping[str, Density] | Mixture, values: Mapping[str, float] | FitResult | None
) -> Components:
    if isinstance(components, Mixture):
        components = {term.name: term.density for term in components.terms}
    if not isinstance(components, Mapping) or not components:
        raise ModelError("COWs: give a mapping from name to density, or a mixture")
    held = Components(tuple(components), tuple(components.values()), {})
    given = values.values if isinstance(values, FitResult) else dict(values or {})
    point = {parameter.name: parameter.init for parameter in held.parameters} | given
    return Components(held.names, held.densities, point)


def _efficiency(data: Dataset, efficiency: str | Any) -> Array:
    if efficiency is None:
        return np.ones(len(data))
    what = f"{data.source}: efficiency"
    if isinstance(efficiency, str):
        if efficiency not in data.columns:
            raise DataError(f"{what}: no column {efficiency!r}")
        found = data[efficiency]
    else:
        found = as_column(what, efficiency)
    if len(found) != len(data):
        raise DataError(f"{what}: {len(found)} values for {len(data)} events")
    if not np.all(np.isfinite(found) & (found > 0.0)):
        raise DataError(f"{what}: it must be finite and > 0 for every event; its smallest is {found.min():g}")
    return found


def _inverse(densities: Components, found: Overlap) -> Array:
    unit = 1.0 / np.sqrt(np.diag(found.matrix))
    scaled = found.matrix * unit * unit[:, None]
    if np.linalg.cond(scaled) > _DEPENDENT:
        raise ModelError(
            f"COWs: the densities {', '.join(densities.names)} are not linearly independent; leave one out"
        )
    return np.asarray(np.linalg.inv(scaled) * unit * unit[:, None])


def _shapes(
    fit: CompiledFit | None, values: Mapping[str, float] | FitResult | None, data: Dataset, name: str
) -> Fitted | None:
    if fit is None:
        return None
    if not isinstance(values, FitResult):
        raise DataError("COWs: with `fit`, values must be its result")
    for channel, held in fit.data.items():
        if name in held.columns and np.array_equal(held[name], data[name]):
            return fitted(fit.likelihood, starting_point(fit.likelihood, values.values), channel)
    raise DataError(
        "COWs: no channel of `fit` has these events; leave `fit` out for densities from elsewhere"
    )


def _notes(data: Dataset, efficiency: Any) -> tuple[str, ...]:
    notes = []
    if efficiency is not None:
        notes.append("the weights are divided by the efficiency of each event; yields are those produced")
    if data.weights is not None:
        notes.append("the data have weights of their own, which multiply those given here")
    return tuple(notes)
