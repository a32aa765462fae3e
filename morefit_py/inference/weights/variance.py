"""The variance function of COWs: what the densities are divided by in their weight functions.

Any positive function gives unbiased weights; those of least variance have the density of the data, each
event counted with the square of its weight over its efficiency (Dembinski, Kenzie, Langenbruch and
Schmelling, Nucl. Instrum. Meth. A 1040 (2022) 167270, sec. III).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError, ModelError
from morefit_py.graph.build import ONE, Node, Operand, as_node, is_operand
from morefit_py.graph.symbols import Observable
from morefit_py.graph.table import table
from morefit_py.inference.weights.components import Components, at_point
from morefit_py.inference.weights.yields import fitted_yields
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import shown

Array = NDArray[np.float64]
Bins = int | Sequence[float] | Array

KINDS = ("density", "histogram", "uniform")
_EVENTS_PER_BIN, _FEWEST_BINS, _MOST_BINS = 200, 4, 50


@dataclass(frozen=True, eq=False)
class Variance:
    """I(m) as an expression of the observable, and the points where it is not smooth."""

    node: Node
    breaks: tuple[float, ...] = ()


def variance_function(
    kind: str | Density | Operand, densities: Components, values: Array, squares: Array, bins: Bins | None
) -> Variance:
    """I(m) of one of KINDS, or a density or an expression of the user's own.

    `values` (n,) are of the observable and `squares` (n,) the squared weights of the events. "density" is the
    sum of the components with the yields that fit the squares. Raises ModelError for an unknown kind,
    DataError for a histogram with empty bins.
    """
    x = densities.densities[0].x
    if isinstance(kind, Density):
        return Variance(at_point(kind.density(), _values(kind, densities)), _breaks(kind))
    if isinstance(kind, str):
        if kind == "uniform":
            return Variance(ONE)
        if kind == "density":
            return Variance(_total(densities, values, squares))
        if kind == "histogram":
            return _histogram(x, values, squares, bins)
    elif is_operand(kind):
        return Variance(at_point(as_node(kind), densities.values))
    raise ModelError(
        f"COWs: the variance function is {shown(kind)}; give {', '.join(map(repr, KINDS))}, a density or an "
        f"expression of {x.name!r}"
    )


def _values(density: Density, densities: Components) -> dict[str, float]:
    return {parameter.name: parameter.init for parameter in density.parameters} | dict(densities.values)


def _breaks(density: Density) -> tuple[float, ...]:
    points = [as_node(point) for point in density.breaks()]
    return tuple(point.value for point in points if not point.args and not point.stage)


def _total(densities: Components, values: Array, squares: Array) -> Node:
    shapes = densities.evaluate({densities.densities[0].x.name: values})
    return densities.combined(fitted_yields("COWs", densities.names, shapes, squares)[0])


def _histogram(x: Observable, values: Array, squares: Array, bins: Bins | None) -> Variance:
    if bins is None:
        bins = int(np.clip(len(values) // _EVENTS_PER_BIN, _FEWEST_BINS, _MOST_BINS))
    if isinstance(bins, int):
        inner = np.quantile(values, np.linspace(0.0, 1.0, bins + 1)[1:-1])
        edges = np.unique([x.low, *inner.tolist(), x.high])
    else:
        edges = np.unique(np.asarray(bins, dtype=np.float64))
        if edges[0] > x.low or edges[-1] < x.high:
            raise DataError(
                f"COWs: the bins cover [{edges[0]:g}, {edges[-1]:g}]; they must cover the bounds "
                f"[{x.low:g}, {x.high:g}] of {x.name!r}"
            )
    heights = np.histogram(values, edges, weights=squares)[0] / np.diff(edges)
    if not np.all(heights > 0.0):
        low = edges[:-1][heights <= 0.0][0]
        raise DataError(f"COWs: the histogram has no events in its bin from {low:g} on; take fewer bins")
    return Variance(table(edges, heights, x), tuple(edges[1:-1].tolist()))
