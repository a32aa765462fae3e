"""Classic sWeights, from the components and yields of an extended fit.

Definitions: Pivk and Le Diberder, Nucl. Instrum. Meth. A 555 (2005) 356 (physics/0402083).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import FitError, ModelError, nearest
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.result import FitResult
from morefit_py.fit.start import starting_point
from morefit_py.graph.meaning import evaluate
from morefit_py.inference.weights.components import Components, columns_for
from morefit_py.inference.weights.event_weights import EventWeights, event_weights
from morefit_py.inference.weights.origin import Origin, fitted
from morefit_py.inference.weights.yields import fitted_yields
from morefit_py.model.dataset import Dataset
from morefit_py.pdfs.composition.mixture import Mixture

Array = NDArray[np.float64]

# In units of the error of a yield.
_SAME = 0.01


def sweights(fit: CompiledFit, result: FitResult, channel: str | None = None) -> EventWeights:
    """The sWeights of each component of a channel, from the fit of its discriminating observables.

    w_k(m) = sum_l V_kl p_l(m) / sum_n N_n p_n(m), V^-1_kl = sum_i v_i p_k p_l / (sum_n N_n p_n)^2, v_i the
    data's own weights, which also multiply w_k. The densities p are held at `result`, whatever else floated;
    the yields N are those of the extended fit to these densities in which nothing else floats. Where the
    yields are free parameters of `fit` that is its minimum, so that the weights of a component sum to its
    yield, and those of an event to 1. Raises FitError for an invalid result, ModelError for a channel without
    two components with yields.
    """
    channel = channel or _only(fit)
    if channel not in fit.model.channels:
        raise ModelError(f"sWeights: no channel {channel!r}{nearest(channel, fit.model.channels)}")
    where = f"sWeights of channel {channel!r}"
    if not result.valid:
        raise FitError(f"{where}: the fit is not valid ({'; '.join(result.reasons)}); fit again first")
    mixture, data = fit.model.channels[channel], fit.data[channel]
    components = _components(where, mixture, result)
    columns = columns_for(where, components.observables, data.columns)
    densities = components.evaluate(columns)
    own = np.ones(len(data)) if data.weights is None else data.weights
    expected = [term.expected for term in mixture.terms if term.expected is not None]
    start = np.array(evaluate(expected, result.values))
    _check_densities(where, densities @ start)
    yields, inverse = fitted_yields(where, components.names, densities, own, start)
    matrix: Array = np.asarray(np.linalg.inv(inverse), dtype=np.float64)
    variance = components.combined(yields)
    weights = event_weights(components, matrix, variance, columns, own)
    sums = weights.sum(axis=0)
    errors = np.sqrt(np.diag(matrix))
    theta = starting_point(fit.likelihood, result.values)
    return EventWeights(
        method="sWeights",
        channel=channel,
        components=components.names,
        observables=tuple(x.name for x in components.observables),
        yields=dict(zip(components.names, sums.tolist(), strict=True)),
        covariance=weights.T @ weights,
        matrix=matrix,
        checks={
            "sums of weights are yields (in errors)": float(np.max(np.abs(sums - yields) / errors)),
            "weights of an event sum to 1": float(np.max(np.abs(weights.sum(axis=1) - own))),
        },
        notes=_notes(components, start, yields, errors, data, result),
        events=len(data),
        weights=weights,
        data=data,
        densities=components,
        variance=variance,
        origin=Origin(True, own, own, fitted(fit.likelihood, theta, channel)),
    )


def _only(fit: CompiledFit) -> str:
    channels = list(fit.model.channels)
    if len(channels) > 1:
        raise ModelError(f"sWeights: the model has channels {', '.join(channels)}; say which")
    return channels[0]


def _components(where: str, mixture: Mixture, result: FitResult) -> Components:
    if not mixture.extended or len(mixture.terms) < 2:
        raise ModelError(
            f"{where}: it is no sum of components with yields; write `n_1 * p_1 + n_2 * p_2`, for a sum of "
            "fractions as well"
        )
    return Components(
        tuple(term.name for term in mixture.terms),
        tuple(term.density for term in mixture.terms),
        dict(result.values),
    )


def _check_densities(where: str, total: Array) -> None:
    bad = np.flatnonzero(~(total > 0.0))
    if bad.size:
        raise FitError(f"{where}: the density of {bad.size} events vanishes (the first is row {bad[0]})")


def _notes(
    components: Components,
    fitted_ones: Array,
    yields: Array,
    errors: Array,
    data: Dataset,
    result: FitResult,
) -> tuple[str, ...]:
    notes = []
    for name, before, after, error in zip(components.names, fitted_ones, yields, errors, strict=True):
        if abs(after - before) > _SAME * error:
            notes.append(
                f"the fit has a yield of {before:.6g} for {name}, which its constraints, limits or shared "
                f"parameters hold; the weights sum to that of the fit without them, {after:.6g}"
            )
    if data.weights is not None:
        notes.append("the data have weights of their own, which multiply those given here")
    if result.at_limit:
        names = ", ".join(result.at_limit)
        notes.append(f"at their limits in the fit: {names}; the densities are what they are there")
    return tuple(notes)
