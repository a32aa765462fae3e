"""Integrals of products of densities over a variance function: the matrix W of COWs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.inference.weights.components import Components, rows

if TYPE_CHECKING:
    from morefit_py.inference.weights.event_weights import EventWeights

Array = NDArray[np.float64]

TOLERANCE = 1e-9
_ORDER = 16
_MOST_PANELS = 1 << 12


@dataclass(frozen=True)
class Overlap:
    """W_kl = integral of g_k g_l / I over the observable, (K, K), and the relative error of its entries.

    `nodes` and `weights` (n,) are the rule it was computed with.
    """

    matrix: Array
    error: float
    nodes: Array
    weights: Array


def overlap(densities: Components, variance: Node, breaks: Sequence[float] = ()) -> Overlap:
    """W for K densities of one observable and a variance function of it.

    Composite Gauss-Legendre quadrature between the points where anything is not smooth, its panels halved
    until nothing changes. Raises ModelError for densities of several observables, where the variance function
    is not positive, and where the integral cannot be computed.
    """
    x = densities.densities[0].x
    if densities.observables != (x,):
        names = ", ".join(held.name for held in densities.observables)
        raise ModelError(
            f"COWs: their integrals are over one observable, and not over {names}; use sWeights for several"
        )
    points = [as_node(point) for density in densities.densities for point in density.breaks()]
    ends = [float(value) for value in evaluate(points, densities.values)] + list(breaks)
    edges = np.unique([x.low, *(float(np.clip(end, x.low, x.high)) for end in ends), x.high])
    before: Overlap | None = None
    panels = 4
    while panels <= _MOST_PANELS:
        nodes, rule = _rule(edges, panels)
        shapes, below = _values(densities, variance, nodes)
        matrix = shapes.T @ (shapes * (rule / below)[:, None])
        scale = np.sqrt(np.outer(np.diag(matrix), np.diag(matrix)))
        error = np.inf if before is None else float(np.max(np.abs(matrix - before.matrix) / scale))
        if error <= TOLERANCE:
            return Overlap(matrix, error, nodes, rule)
        before = Overlap(matrix, error, nodes, rule)
        panels *= 2
    assert before is not None
    raise ModelError(
        f"COWs: the integrals of densities over the variance function are uncertain by {before.error:.1e}; "
        "choose one that is smoother, or nowhere close to zero"
    )


def overlap_slopes(weights: EventWeights, parameters: Sequence[str]) -> Array:
    """The derivatives (K, K, F) of W by F parameters of the densities, the variance function held."""
    densities = weights.densities
    found = overlap(densities, weights.variance, weights.origin.breaks)
    columns = {densities.densities[0].x.name: found.nodes}
    shapes, below = _values(densities, weights.variance, found.nodes)
    slopes = densities.slopes(columns, parameters)
    half = np.einsum("i,ik,ilf->klf", found.weights / below, shapes, slopes)
    return np.asarray(half + np.swapaxes(half, 0, 1))


def _values(densities: Components, variance: Node, nodes: Array) -> tuple[Array, Array]:
    columns = {densities.densities[0].x.name: nodes}
    below = rows([variance], {}, columns)[:, 0]
    bad = ~(np.isfinite(below) & (below > 0.0))
    if bad.any():
        at = nodes[int(np.argmax(bad))]
        raise ModelError(
            f"COWs: the variance function is {below[bad][0]:g} at {at:g}; it must be positive everywhere"
        )
    return densities.evaluate(columns), below


def _rule(edges: Array, panels: int) -> tuple[Array, Array]:
    """Nodes and weights (n,): `panels` equal panels between two edges."""
    x, w = np.polynomial.legendre.leggauss(_ORDER)
    grid = np.unique(np.concatenate([np.linspace(a, b, panels + 1) for a, b in pairwise(edges)]))
    half = np.diff(grid)[:, None] / 2.0
    return (grid[:-1, None] + half * (1.0 + x)).ravel(), (half * w).ravel()
