"""A look at every density over the limits of its parameters, before any fit.

Each density is evaluated at the corners of its parameters' limits and on a grid of its observables:
this finds densities that are negative or cannot be normalised, and tells whether the plain sum of a
mixture is safe or needs log-sum-exp.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import leaves
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.model.model import Model
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.mixture import Mixture

# Far above the smallest positive double, 1e-308: room for products with yields and derivatives.
_LOG_SMALLEST = -500.0
_GRID = 33
_MAX_CORNERS = 256


def check_densities(model: Model) -> None:
    """Raises ModelError for a density that is negative, or a normalisation that vanishes, and where."""
    for channel, mixture in model.channels.items():
        for term in mixture.terms:
            where = f"channel {channel!r}, component {term.name!r} ({term.density.type})"
            _check(where, term.density)
            _check_yield(where, term.expected)


def never_underflows(mixture: Mixture) -> bool:
    """Whether plain sums are safe: every normalisation exists and one density stays above underflow."""
    safe = False
    for term in mixture.terms:
        points, columns = _survey_points(term.density.parameters, term.density.observables, unlimited=10.0)
        normalisation, log_density = evaluate(
            [term.density.log_integral(), term.density.log_density()], points, {"": columns}
        )
        if not np.all(np.abs(normalisation) < -_LOG_SMALLEST):
            return False
        safe = safe or bool(np.all(log_density > _LOG_SMALLEST))
    return safe


def _check(where: str, density: Density) -> None:
    points, columns = _survey_points(density.parameters, density.observables, unlimited=0.0)
    normalisation, shape = evaluate([density.log_integral(), density.shape()], points, {"": columns})
    count = next(iter(points.values())).shape[0] if points else 1
    bad = np.broadcast_to(~np.isfinite(normalisation), (count, 1))
    if bad.any():
        at = _describe(points, int(np.argmax(bad[:, 0])))
        raise ModelError(f"{where}: its normalisation vanishes or is not finite at {at}; narrow the limits")
    grid = np.broadcast_to(shape, (count, _rows(columns)))
    if (grid < 0).any() or np.isnan(grid).any():
        corner, row = np.argwhere((grid < 0) | np.isnan(grid))[0]
        at = ", ".join(f"{name} = {values[0, row]:g}" for name, values in columns.items())
        value = "negative" if grid[corner, row] < 0 else "not a number"
        raise ModelError(
            f"{where}: the density is {value} at {at} with {_describe(points, int(corner))}; "
            "narrow the limits so that it stays positive"
        )


def _check_yield(where: str, expected: object) -> None:
    from morefit_py.graph.node import Node

    if not isinstance(expected, Node):
        return
    parameters = [node.parameter for node in leaves([expected], Op.PARAM)]
    points, _ = _survey_points(parameters, (), unlimited=0.0)
    value = np.asarray(evaluate([expected], points)[0])
    if not (np.all(np.isfinite(value)) and np.all(value >= 0)):
        worst = int(np.argmin(np.where(np.isfinite(value), value, -math.inf).ravel()))
        raise ModelError(
            f"{where}: its yield is {value.ravel()[worst]:g} at {_describe(points, worst)}; "
            "a yield cannot be negative, so give its parameters limits that keep it >= 0"
        )


def _survey_points(
    parameters: Sequence[Parameter], observables: Sequence[Observable], unlimited: float
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]]]:
    """Corners of the limits (corners, 1) and a grid of the observables (1, rows).

    A parameter without limits is taken to reach `unlimited` times its start on either side.
    """
    ends = []
    for parameter in parameters:
        reach = unlimited * (abs(parameter.init) or 1.0)
        low = parameter.low if math.isfinite(parameter.low) else parameter.init - reach
        high = parameter.high if math.isfinite(parameter.high) else parameter.init + reach
        ends.append((parameter.init,) * 2 if parameter.fixed else (low, high))
    start = [parameter.init for parameter in parameters]
    if 2 ** len(ends) <= _MAX_CORNERS:
        corners = [start, *itertools.product(*ends)]
    else:
        picks = np.random.default_rng(1).integers(0, 2, (_MAX_CORNERS, len(ends)))
        corners = [start, *([end[i] for end, i in zip(ends, pick, strict=True)] for pick in picks)]
    table = np.asarray(corners, dtype=np.float64)
    points = {parameter.name: table[:, [i]] for i, parameter in enumerate(parameters)}
    size = max(3, round(_GRID ** (1.0 / max(1, len(observables)))))
    axes = [np.linspace(x.low, x.high, size) for x in observables]
    mesh = np.meshgrid(*axes, indexing="ij") if axes else []
    return points, {x.name: m.reshape(1, -1) for x, m in zip(observables, mesh, strict=True)}


def _rows(columns: dict[str, NDArray[np.float64]]) -> int:
    return next(iter(columns.values())).size if columns else 1


def _describe(points: dict[str, NDArray[np.float64]], corner: int) -> str:
    return ", ".join(f"{name} = {values[corner, 0]:g}" for name, values in points.items()) or "every point"
