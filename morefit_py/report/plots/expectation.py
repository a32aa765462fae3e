"""What a fitted model expects over one observable, whatever other observables its densities have."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from morefit_py.fit.result import FitResult
from morefit_py.graph.build import ONE
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.model.dataset import Dataset
from morefit_py.pdfs.composition.fractions import Fractions
from morefit_py.pdfs.composition.mixture import Mixture
from morefit_py.pdfs.composition.product import Product
from morefit_py.pdfs.density import Density

Array = NDArray[np.float64]
Values = Mapping[str, float]

# Rows of the data that a conditional density is averaged over, and nodes in each integrated observable.
_ROWS, _NODES = 500, {1: 64, 2: 32, 3: 16}
_BATCH = 2**20


def expected(
    mixture: Mixture, result: FitResult, data: Dataset, x: Observable, points: Array
) -> dict[str, Array]:
    """Expected events per unit of an observable, in total and by component, at points (n,) of it."""
    held: dict[str, Array] = {}
    for term in mixture.terms:
        scale = data.sum_of_weights
        if term.expected is not None:
            scale = float(evaluate([term.expected * ONE], result.values)[0])
        held[term.name] = scale * marginal(term.density, x, result.values, points, data)
    return {"total": np.sum(list(held.values()), axis=0), **held}


def marginal(density: Density, x: Observable, values: Values, points: Array, data: Dataset) -> Array:
    """A normalised density of one observable at points (n,), the others integrated over.

    What a density is conditional on is averaged over the data.
    """
    match density:
        case Fractions():
            parts = zip(evaluate(density.weights(), values), density.densities, strict=True)
            found = [float(weight) * marginal(part, x, values, points, data) for weight, part in parts]
            return np.asarray(np.sum(found, axis=0))
        case Product():
            (part,) = (p for p in density.components if any(y.name == x.name for y in p.observables))
            return marginal(part, x, values, points, data)
    others = [y for y in density.observables if y.name != x.name]
    if density.given:
        return _averaged(density, x, values, points, data)
    if others:
        return _integrated(density, x, values, points, others)
    value = evaluate([density.density()], values, {"": {x.name: points}})[0]
    return np.array(np.broadcast_to(value, points.shape))


def _averaged(density: Density, x: Observable, values: Values, points: Array, data: Dataset) -> Array:
    rows = np.unique(np.linspace(0, len(data) - 1, _ROWS).astype(int))
    weights = np.ones(len(rows)) if data.weights is None else np.asarray(data.weights[rows])
    root, total = density.density(), np.zeros(len(points))
    # Many rows at once, but no more than memory holds with ease.
    step = max(1, _BATCH // len(points))
    for start in range(0, len(rows), step):
        some = rows[start : start + step]
        columns = {y.name: np.repeat(data[y.name][some], len(points)) for y in density.given}
        columns[x.name] = np.tile(points, len(some))
        value = np.broadcast_to(evaluate([root], values, {"": columns})[0], columns[x.name].shape)
        total += weights[start : start + step] @ value.reshape(len(some), -1)
    return np.asarray(total / weights.sum())


def _integrated(
    density: Density, x: Observable, values: Values, points: Array, others: list[Observable]
) -> Array:
    u, w = np.polynomial.legendre.leggauss(_NODES.get(len(others), 8))
    axes = [y.low + 0.5 * y.width * (1.0 + u) for y in others]
    mesh = [grid.ravel() for grid in np.meshgrid(*axes, indexing="ij")]
    weight = np.ones(1)
    for y in others:
        weight = np.multiply.outer(weight, 0.5 * y.width * w).ravel()
    root, found = density.density(), np.empty(len(points))
    step = max(1, _BATCH // len(weight))
    for start in range(0, len(points), step):
        some = points[start : start + step]
        columns = {y.name: np.tile(grid, len(some)) for y, grid in zip(others, mesh, strict=True)}
        columns[x.name] = np.repeat(some, len(weight))
        value = np.broadcast_to(evaluate([root], values, {"": columns})[0], columns[x.name].shape)
        found[start : start + step] = value.reshape(len(some), -1) @ weight
    return found
