"""Errors of a fit to events whose weights were themselves made from the data.

The fit solves sum_i w_i s_i(theta) = 0, s_i the score of an event, with weights that depend on estimates with
equations of their own. All of them together are one estimator; its covariance is H^-1 (sum_i u_i u_i^T) H^-1,
H the Hessian and u_i what event i does to the sum, through the weights as well (Langenbruch, Eur. Phys. J. C
82 (2022) 393; Dembinski, Kenzie, Langenbruch and Schmelling, Nucl. Instrum. Meth. A 1040 (2022) 167270, sec.
IV, whose eq. 51 it is where the densities are known).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError, FitError
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.result import FitResult
from morefit_py.fit.rounding import with_error
from morefit_py.fit.sandwich import Spread
from morefit_py.fit.start import starting_point
from morefit_py.inference.record import Record
from morefit_py.inference.weights.event_weights import EventWeights
from morefit_py.inference.weights.influence import Influence, influence
from morefit_py.inference.weights.origin import Fitted, fitted

Array = NDArray[np.float64]


@final
@dataclass(frozen=True, eq=False)
class WeightedCovariance(Record):
    """The covariance of the T free parameters of a fit to weighted events, in three stages.

    `covariance` (T, T) has everything; `independent` takes the weights as given, H^-1 (sum w^2 s s^T) H^-1;
    `uncorrected` is the inverse Hessian H^-1, which is wrong for weights. `shapes` names the fitted
    parameters of the densities behind the weights, which are accounted for.
    """

    component: str
    parameters: tuple[str, ...]
    values: dict[str, float]
    covariance: Array
    independent: Array
    uncorrected: Array
    shapes: tuple[str, ...]

    @property
    def errors(self) -> dict[str, float]:
        """The errors with everything in them."""
        return dict(zip(self.parameters, np.sqrt(np.diag(self.covariance)).tolist(), strict=True))

    def __str__(self) -> str:
        heads = ("weights estimated", "weights given", "not corrected")
        stages = (self.covariance, self.independent, self.uncorrected)
        width = max(9, *(len(name) for name in self.parameters))
        lines = [f"fit to events weighted for {self.component}; errors, by what they account for"]
        lines.append(f"{'parameter':{width}}  {'value':>12}" + "".join(f"  {head:>17}" for head in heads))
        for k, name in enumerate(self.parameters):
            errors = [float(np.sqrt(stage[k, k])) for stage in stages]
            value = with_error(self.values[name], errors[0])[0]
            cells = "".join(f"  {with_error(error, error)[1]:>17}" for error in errors)
            lines.append(f"{name:{width}}  {value:>12}{cells}")
        return "\n".join(lines)


def weighted_covariance(
    weights: EventWeights, fit: CompiledFit, result: FitResult, component: str | Sequence[str]
) -> WeightedCovariance:
    """The covariance of `fit`, which is of `weights.dataset(component)`, at its `result`.

    Raises DataError where no channel of the fit has these weights, FitError for an invalid result.
    """
    if not result.valid:
        raise FitError(f"weighted covariance: the fit is not valid ({'; '.join(result.reasons)})")
    theta = starting_point(fit.likelihood, result.values)
    control = fitted(fit.likelihood, theta, _channel(weights, fit, component))
    found = influence(weights, weights.positions(component), control.scores())
    names = control.moved
    block = np.ix_(control.index(names), control.index(names))
    inverse = control.picture.covariance
    return WeightedCovariance(
        component=component if isinstance(component, str) else " + ".join(component),
        parameters=names,
        values={name: result.values[name] for name in names},
        covariance=(inverse @ _whole(control, found) @ inverse)[block],
        independent=(inverse @ _given(control, found) @ inverse)[block],
        uncorrected=np.asarray(inverse[block]),
        shapes=found.shapes,
    )


def spread(weights: EventWeights, fit: CompiledFit, component: str | Sequence[str]) -> Spread:
    """How the gradient of `fit`, which is of `weights.dataset(component)`, fluctuates.

    Given to `fit.minimise(spread=...)`, all errors of the result follow it. Raises DataError where no
    channel of the fit has these weights.
    """
    channel = _channel(weights, fit, component)

    def of(theta: Array, hessian: Array) -> Array:
        control = fitted(fit.likelihood, theta, channel)
        return _whole(control, influence(weights, weights.positions(component), control.scores()))

    note = f"{channel}: {weights.method}; errors account for the spread of the weights and their estimation"
    return Spread(weights.method, note, of)


def _given(control: Fitted, found: Influence) -> Array:
    own = found.given.T @ found.given
    return np.asarray(own + control.others(own))


def _whole(control: Fitted, found: Influence) -> Array:
    elsewhere = found.elsewhere + control.others(found.given.T @ found.given)
    return np.asarray(found.whole.T @ found.whole + elsewhere)


def _channel(weights: EventWeights, fit: CompiledFit, component: str | Sequence[str]) -> str:
    wanted = weights.of(component)
    for name, data in fit.data.items():
        if data.weights is not None and np.array_equal(data.weights, wanted):
            return name
    raise DataError(
        f"weighted covariance: no channel of the fit has the {weights.method} of {component}; fit "
        "`weights.dataset(component)` as it is"
    )
