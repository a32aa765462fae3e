"""How the errors of a fit to weighted events are made."""

from __future__ import annotations

from functools import partial
from typing import Final

import numpy as np

from morefit_py.errors import FitError, nearest
from morefit_py.fit.hesse import PLAIN
from morefit_py.fit.objective import Matrix, Vector
from morefit_py.fit.sandwich import Spread
from morefit_py.likelihood.likelihood import Likelihood
from morefit_py.model.binned import COUNT, VARIANCE, Binned
from morefit_py.model.dataset import Dataset

SANDWICH: Final = "sandwich"
SCALED: Final = "scaled"
NAIVE: Final = "naive"
KINDS: Final = (SANDWICH, SCALED, NAIVE)


def check_kind(weighted_errors: str) -> None:
    """Raises FitError, with the nearest right one, for a kind of errors that there is not."""
    if weighted_errors not in KINDS:
        hint = nearest(weighted_errors, KINDS)
        raise FitError(f"weighted_errors: {weighted_errors!r} is none of {', '.join(KINDS)}{hint}")


def spread_of(likelihood: Likelihood, weighted_errors: str = SANDWICH, robust: bool = False) -> Spread | None:
    """How the gradient of a likelihood fluctuates; None where its errors are those of the Hessian alone.

    `weighted_errors` is one of KINDS and says nothing about data without weights, which have the sandwich
    only if `robust`. Raises FitError for another kind.
    """
    check_kind(weighted_errors)
    weighted = [name for name, dataset in likelihood.data.items() if _is_weighted(dataset)]
    where = ", ".join(weighted) + ": weighted events; "
    products = partial(_products, likelihood)
    if not weighted:
        return Spread(SANDWICH, _SANDWICH, products) if robust else None
    if weighted_errors == SANDWICH:
        return Spread(SANDWICH, where + _SANDWICH, products)
    if weighted_errors == SCALED:
        factor = _mean_weight(likelihood)
        return Spread(SCALED, where + _SCALED.format(factor), partial(_scaled, likelihood, factor))
    return Spread(PLAIN, where + _NAIVE)


_SANDWICH = "errors are those of H^-1 D H^-1, D the sum of products of the events' scores"
_SCALED = (
    "the covariance is the inverse Hessian times sum w^2 / sum w = {:.6g}, right only for weights that do "
    "not depend on the observables"
)
_NAIVE = (
    "errors are the inverse Hessian of the weighted likelihood, not corrected for the spread of the weights"
)


def _is_weighted(dataset: Dataset) -> bool:
    """Whether what is minimised for a data set takes its variances for something else than they are."""
    if not isinstance(dataset, Binned):
        return dataset.weights is not None
    return dataset.statistic != "neyman" and not np.array_equal(
        dataset.columns[COUNT], dataset.columns[VARIANCE]
    )


def _products(likelihood: Likelihood, theta: Vector, hessian: Matrix) -> Matrix:
    return likelihood.score_products(theta)


def _scaled(likelihood: Likelihood, factor: float, theta: Vector, hessian: Matrix) -> Matrix:
    """The Hessian times the factor, but for the part of it that is not of events."""
    constraints = likelihood.constraint_hessian(theta)
    return factor * (hessian - constraints) + constraints


def _mean_weight(likelihood: Likelihood) -> float:
    """sum w^2 / sum w over the events of all channels: the mean of the weights, weighted by themselves."""
    held = likelihood.data.values()
    return sum(map(_sum_of_squares, held)) / sum(dataset.sum_of_weights for dataset in held)


def _sum_of_squares(dataset: Dataset) -> float:
    if isinstance(dataset, Binned):
        return float(np.sum(dataset.columns[VARIANCE]))
    return float(len(dataset)) if dataset.weights is None else float(np.dot(dataset.weights, dataset.weights))
