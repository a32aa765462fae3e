"""Where a density is looked at before any fit: the start, and the corners of its parameters' limits."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.graph.build import rebuild
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node, walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable, Parameter

Array = NDArray[np.float64]
Points = dict[str, Array]
# What rounding may take from a room of nothing.
_NO_ROOM = -1e-12


def corner_points(
    parameters: Sequence[Parameter],
    unlimited: float = 0.0,
    most: int = 256,
    inside: int = 0,
    special: Sequence[float] = (),
) -> Points:
    """The start, then the corners of the limits, then `inside` points between, as columns (points, 1).

    A parameter without limits is taken to reach `unlimited` times its start on either side; `special`
    values within the limits count as corners. Of more than `most` corners a fixed choice is taken.
    """
    ends = [_ends(parameter, unlimited, special) for parameter in parameters]
    generator = np.random.default_rng(1)
    if math.prod(len(end) for end in ends) <= most:
        corners = list(itertools.product(*ends))
    else:
        corners = [tuple(end[generator.integers(len(end))] for end in ends) for _ in range(most)]
    between = [
        tuple(generator.uniform(end[0], end[-1]) for end in ends) for _ in range(inside if ends else 0)
    ]
    table = np.asarray([tuple(p.init for p in parameters), *corners, *between], dtype=np.float64)
    return {parameter.name: table[:, [i]] for i, parameter in enumerate(parameters)}


def inside_room(points: Points, room: Node) -> Points:
    """The points at which `room` is not negative, and the start in any case."""
    if room.op is Op.CONST:
        return points
    kept = np.broadcast_to(evaluate_at([room], points)[0], (count(points), 1))[:, 0] >= _NO_ROOM
    kept[0] = True
    return {name: values[kept] for name, values in points.items()}


def _ends(parameter: Parameter, unlimited: float, special: Sequence[float]) -> tuple[float, ...]:
    if parameter.fixed:
        return (parameter.init,)
    reach = unlimited * (abs(parameter.init) or 1.0)
    low = parameter.low if math.isfinite(parameter.low) else parameter.init - reach
    high = parameter.high if math.isfinite(parameter.high) else parameter.init + reach
    between = [value for value in special if low < value < high]
    return (low, *between, high) if low < high else (low,)


def columns_of(observables: Sequence[Observable], rows: int = 33) -> dict[str, Array]:
    """A grid of about `rows` rows over the bounds of observables, as columns (1, rows).

    The bounds themselves are left out by a hair: what happens at a single point is no property of a
    density.
    """
    size = max(3, round(rows ** (1.0 / max(1, len(observables)))))
    hair = 1e-9
    axes = [np.linspace(x.low + hair * x.width, x.high - hair * x.width, size) for x in observables]
    mesh = np.meshgrid(*axes, indexing="ij") if axes else []
    return {x.name: grid.reshape(1, -1) for x, grid in zip(observables, mesh, strict=True)}


def describe(points: Mapping[str, Array], index: int) -> str:
    """The parameter values of one point, for an error."""
    return ", ".join(f"{name} = {values[index, 0]:g}" for name, values in points.items()) or "every point"


def count(points: Mapping[str, Array]) -> int:
    """The number of points; a density without parameters has one."""
    return next(iter(points.values())).shape[0] if points else 1


def evaluate_at(
    roots: Sequence[Node], points: Mapping[str, Array], columns: Mapping[str, Array] | None = None
) -> list[Any]:
    """The values of expressions at many points of the parameters, shape (points, rows) or broadcast to it.

    Sums over fixed rows are evaluated first, for all points at once.
    """
    known: dict[str, Any] = dict(points)
    replaced: dict[Node, Node] = {}
    order = list(walk(roots))
    if any(node.op is Op.SUM for node in order):
        for node in order:
            args = tuple(replaced[arg] for arg in node.args)
            if node.op is Op.SUM:
                rows = node.axis.rows
                size = len(next(iter(rows.values())))
                terms = np.asarray(evaluate(args, known, {"": rows})[0])
                name = f"_sum_{len(replaced)}"
                known[name] = np.sum(np.broadcast_to(terms, (*terms.shape[:-1], size)), -1, keepdims=True)
                replaced[node] = Parameter(name, 0.0).node
            else:
                replaced[node] = rebuild(node, args)
        roots = [replaced[root] for root in roots]
    return evaluate(roots, known, {"": columns or {}})
