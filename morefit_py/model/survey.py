"""A look at every density over the limits of its parameters before a fit, and at its result after it.

Each density is evaluated at the start, at the corners of its parameters' limits that leave it room, and on
a grid of its observables. This finds densities that are negative or cannot be normalised, and tells whether
the plain sum of a mixture is safe or needs log-sum-exp. The start must be a density; a fit steps back from
where there is none, so that of corners there is only a warning, and its result is looked at again.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import GraphError, ModelError, MorefitWarning
from morefit_py.graph.bounds import bounds
from morefit_py.graph.build import Node
from morefit_py.graph.node import leaves
from morefit_py.graph.op import Op
from morefit_py.model.model import Model
from morefit_py.pdfs.composition.mixture import Mixture
from morefit_py.pdfs.composition.product import Product
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.integration.corners import (
    Points,
    columns_of,
    corner_points,
    count,
    describe,
    evaluate_at,
    inside_room,
)
from morefit_py.pdfs.parts import log_sum

_EVALUATIONS = 4096
_ROWS = 33, 129
# What rounding alone may leave where a density touches zero, relative to its largest value.
_ROUNDING = 1e-12
# Rows for the look at a result, by number of dimensions, and those between neighbours of the lowest.
_FINE, _FINEST = {1: 1025}, 65
_REMEDY = "narrow its limits, or take a density that is never negative, such as Bernstein polynomials"

Array = NDArray[np.float64]
Columns = Mapping[str, Array]
# A density that may become negative or inaccurate, and how errors name it.
Suspect = tuple[str, Density]


def check_densities(model: Model) -> None:
    """Raises ModelError for what is no density, or a yield that is negative, and says where.

    A density must be one at the start. Where it is none at a corner of the limits there is a MorefitWarning
    for the first such corner.
    """
    for (channel, name), (where, density, expected) in _components(model).items():
        place = model.places.get((channel, name))
        where = where if place is None else f"{place}: {where}"
        try:
            _check(where, density)
        except GraphError as problem:
            raise ModelError(f"{where}: {problem}") from None
        if expected is not None:
            _check_yield(where, expected)


def suspects(model: Model) -> list[Suspect]:
    """The densities of which intervals do not show that they are never negative, and the watched ones."""
    return [
        (where, density)
        for where, density, _ in _components(model).values()
        if density.watched or any(not bounds(f.shape())[0] >= -_ROUNDING for f in _factors(density))
    ]


def flaws(held: Sequence[Suspect], values: Mapping[str, float]) -> tuple[str, ...]:
    """What is wrong with densities at the result of a fit, one sentence each; empty for nothing."""
    found = []
    for where, density in held:
        points = {p.name: np.array([[values[p.name]]]) for p in density.parameters}
        over = (*density.observables, *density.given)
        look = _Look.at(density, points, columns_of(over, _FINE.get(len(over), _EVALUATIONS)))
        if not look.flawed[0] and len(over) == 1:
            look = _Look.at(density, points, look.around_lowest())
        if look.flawed[0]:
            found.append(f"{where}: {look.flaw(0)}; {_REMEDY}")
        inaccurate = density.unresolved(values)
        if inaccurate:
            found.append(f"{where}: {inaccurate}")
    return tuple(found)


def never_underflows(mixture: Mixture) -> bool:
    """Whether plain sums are safe: every normalisation exists and one density stays above underflow."""
    return log_sum.never_underflows([term.density for term in mixture.terms])


def _factors(density: Density) -> list[Density]:
    """The factors of a product, whose normalisations intervals need not show to be positive; or itself."""
    if not isinstance(density, Product):
        return [density]
    return [factor for component in density.components for factor in _factors(component)]


def _components(model: Model) -> dict[tuple[str, str], tuple[str, Density, Node | None]]:
    """What messages call it, the density and the yield of every component, by channel and name."""
    found = {}
    for channel, mixture in model.channels.items():
        for term in mixture.terms:
            where = f"channel {channel!r}, component {term.name!r} ({term.density.type})"
            found[channel, term.name] = where, term.density, term.expected
    return found


@dataclass(frozen=True, eq=False)
class _Look:
    """A density at points of its parameters (points, 1) and rows of its observables (1, rows)."""

    points: Points
    columns: Columns
    # Both of shape (points, rows).
    shape: Array
    normalised: NDArray[np.bool_]

    @classmethod
    def at(cls, density: Density, points: Points, columns: Columns) -> _Look:
        normalisation, shape = evaluate_at([density.log_integral(), density.shape()], points, columns)
        size = count(points), next(iter(columns.values())).size
        return cls(
            points, columns, np.broadcast_to(shape, size), np.isfinite(np.broadcast_to(normalisation, size))
        )

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Where the density is negative or not a number, (points, rows)."""
        largest = np.max(np.abs(self.shape), axis=1, keepdims=True)
        # Not `shape < ...`, so that NaN is found as well.
        return np.asarray(~(self.shape >= -_ROUNDING * largest))

    @property
    def flawed(self) -> NDArray[np.bool_]:
        """The points at which there is no density, (points,)."""
        return np.asarray(np.any(self.wrong | ~self.normalised, axis=1))

    def flaw(self, point: int) -> str:
        """What is wrong at one of them."""
        rows = np.flatnonzero(self.wrong[point])
        if not rows.size:
            at = describe(self.points, point)
            return f"its normalisation vanishes or is not finite at {at}"
        found = self.shape[point, rows]
        worst = int(np.argmin(np.where(np.isnan(found), -np.inf, found)))
        at = ", ".join(f"{name} = {values[0, rows[worst]]:g}" for name, values in self.columns.items())
        value = found[worst]
        what = f"negative ({value:g})" if value < 0 else "not a number"
        return f"the density is {what} at {at} with {describe(self.points, point)}"

    def around_lowest(self) -> Columns:
        """Rows between the neighbours of the lowest one, of one observable."""
        ((name, grid),) = self.columns.items()
        lowest = int(np.argmin(self.shape[0]))
        ends = grid[0, max(lowest - 1, 0)], grid[0, min(lowest + 1, grid.size - 1)]
        return {name: np.linspace(*ends, _FINEST)[None, :]}


def _check(where: str, density: Density) -> None:
    points = inside_room(corner_points(density.parameters), density.room())
    size = min(max(_EVALUATIONS // count(points), _ROWS[0]), _ROWS[1])
    look = _Look.at(density, points, columns_of((*density.observables, *density.given), size))
    bad = np.flatnonzero(look.flawed)
    if not bad.size:
        return
    if bad[0] == 0:
        raise ModelError(f"{where}: {look.flaw(0)}, the start; start where it is a density")
    warnings.warn(
        MorefitWarning(
            f"{where}: {look.flaw(int(bad[0]))}, a corner of the limits; a fit steps back from there, and is "
            "not valid if it ends there: narrow the limits if it does"
        ),
        stacklevel=2,
    )


def _check_yield(where: str, expected: Node) -> None:
    points = corner_points([node.parameter for node in leaves([expected], Op.PARAM)])
    value = np.broadcast_to(evaluate_at([expected], points)[0], (count(points), 1))[:, 0]
    if not (np.all(np.isfinite(value)) and np.all(value >= 0)):
        worst = int(np.argmin(np.where(np.isfinite(value), value, -math.inf)))
        # Not the number, which would give a blinded parameter away.
        what = "negative" if math.isfinite(value[worst]) else "not finite"
        raise ModelError(
            f"{where}: its yield is {what} at {describe(points, worst)}; "
            "a yield cannot be negative, so give its parameters limits that keep it >= 0"
        )
