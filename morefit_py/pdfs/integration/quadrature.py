"""Integrals without a closed form: sums over the nodes of a Gauss-Legendre rule.

The nodes are a small fixed data set and the integral a sum over it, so that its derivatives are exact
derivatives of the sum. Rules are composite: equal panels between break points, and, where that is not
enough, panels that shrink geometrically towards the ends and breaks, where a shape may behave like a
root or a logarithm. The rule is the smallest that agrees with a finer one at the start, at the
corners of the limits and at points between; the finer one is itself held against a dense scan, so
that a narrow peak is not missed.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, as_node, clamp
from morefit_py.graph.node import leaves
from morefit_py.graph.op import Op
from morefit_py.graph.substitute import substitute
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.integration.ascending import ascending
from morefit_py.pdfs.integration.bisection import bisected
from morefit_py.pdfs.integration.corners import Points, corner_points, count, describe, evaluate_at
from morefit_py.pdfs.integration.rule_sum import Rule, by_event, once
from morefit_py.pdfs.integration.separate import separate

Array = NDArray[np.float64]

TOLERANCE = 1e-10
_ORDER = 16
_SHRINK, _LEVELS = 0.15, 9
_MOST_NODES = {1: 2**14, 2: 2**16, 3: 2**18}
# Panels of the finer rule: at first, and how many times those of the rule it judges.
_FINER = {1: (32, 4), 2: (4, 2), 3: (2, 2)}
_SCAN, _SCAN_FINEST = 4096, 512
_BATCH = 2**20
# What is left of an odd function, relative to its absolute value.
_ROUNDING = 1e-14


@dataclass(frozen=True, eq=False)
class Quadrature:
    """An integral as a sum over nodes, with the largest relative error found where it was checked.

    There are no nodes where the sum could be done once for all parameters.
    """

    value: Node
    nodes: int
    error: float

    def __str__(self) -> str:
        if not self.nodes:
            return f"closed form (its constants by quadrature, error {self.error:.1e})"
        return f"quadrature ({self.nodes} nodes, error {self.error:.1e})"


def integral(density: Density) -> Node:
    """The integral of a density's shape over the bounds of its observables.

    Raises ModelError where no rule is accurate enough within the limits of its parameters, and for
    more than three observables.
    """
    return density.quadrature.value


def quadrature(density: Density) -> Quadrature:
    """The rule and sum behind `integral`."""
    breaks = [as_node(point) for point in density.landmarks()]
    if len(density.observables) > 1 or all(point.op is Op.CONST for point in breaks):
        return integrate(density.type, density.shape(), density.observables, [b.value for b in breaks])
    # Breaks that move with the parameters: every piece between two is mapped onto one unit interval.
    x, unit = density.x, Observable("_unit", 0.0, 1.0)
    inside = ascending([clamp(point, x.low, x.high) for point in breaks])
    pieces = as_node(0.0)
    for low, high in itertools.pairwise([as_node(x.low), *inside, as_node(x.high)]):
        pieces = pieces + (high - low) * substitute(density.shape(), {x.node: low + (high - low) * unit})
    return integrate(density.type, pieces, (unit,))


def integrate(
    what: str, integrand: Node, over: Sequence[Observable], breaks: Sequence[float] = ()
) -> Quadrature:
    """The integral of an expression over the bounds of observables; `what` names it in errors.

    `breaks` are points of a single observable where the expression is not smooth. Where parameters and
    observables separate, the integrals over the observables are numbers; where the expression depends on
    other observables, there is one for every event. Raises ModelError as `integral` does.
    """
    if len(over) not in _MOST_NODES:
        raise ModelError(
            f"{what}: no closed-form integral is known over its {len(over)} observables, and quadrature "
            "is for three at most; factorise the density"
        )
    edges = [np.unique([x.low, *(b for b in breaks if x.low < b < x.high), x.high]) for x in over]
    given = [node.column for node in leaves([integrand], Op.COLUMN) if node.column not in over]
    if given:
        # What differs by event is looked at over its bounds, as a parameter is over its limits.
        stand = {
            x.node: Parameter(f"given {x.name}", (x.low + x.high) / 2.0, (x.low, x.high)).node for x in given
        }
        rule, _, error = _smallest(what, substitute(integrand, stand), over, edges)
        return Quadrature(by_event(what, integrand, over, rule), len(rule[1]), error)
    terms = separate(integrand)
    if terms is None:
        rule, _, error = _smallest(what, integrand, over, edges)
        return Quadrature(once(what, integrand, over, rule), len(rule[1]), error)
    value, errors = as_node(0.0), [0.0]
    for function, factor in terms.items():
        _, number, error = _smallest(what, function, over, edges)
        value = value + factor * number
        errors.append(error)
    return Quadrature(value, 0, max(errors))


def _smallest(
    what: str, integrand: Node, over: Sequence[Observable], edges: Sequence[Array]
) -> tuple[Rule, float, float]:
    """The smallest rule that is accurate, the best value at the start, and the largest error found."""
    dimensions = len(over)
    parameters = [node.parameter for node in leaves([integrand], Op.PARAM)]
    points = corner_points(parameters, most=32 if dimensions == 1 else 8, inside=8)
    graded = (0, _LEVELS) if dimensions == 1 else (0,)
    finer, times = _FINER[dimensions]
    reference, size = _sums(integrand, over, _rule(edges, finer, graded[-1]), points)
    while dimensions == 1 and finer < _SCAN_FINEST and _misses_a_peak(integrand, over[0], size, points):
        finer *= 2
        reference, size = _sums(integrand, over, _rule(edges, finer, graded[-1]), points)
    panels = 1
    while True:
        if times * panels > finer:
            finer = times * panels
            reference, size = _sums(integrand, over, _rule(edges, finer, graded[-1]), points)
        for levels in graded:
            rule = _rule(edges, panels, levels)
            error = _differences(_sums(integrand, over, rule, points)[0], reference, size)
            worst = int(np.argmax(error))
            if error[worst] <= TOLERANCE:
                rounded = 0.0 if abs(reference[0]) < _ROUNDING * size[0] else float(reference[0])
                return rule, rounded, float(error[worst])
            if len(rule[1]) > _MOST_NODES[dimensions]:
                halved = _halved(integrand, over[0], edges[0], points) if dimensions == 1 else None
                if halved is not None:
                    return halved
                raise ModelError(
                    f"{what}: its integral cannot be computed to {TOLERANCE:g}: with {len(rule[1])} nodes "
                    f"it is still uncertain by {error[worst]:.1e} at {describe(points, worst)}; narrow the "
                    "limits, or name the points where the density is not smooth"
                )
        panels *= 2


def _halved(integrand: Node, x: Observable, edges: Array, points: Points) -> tuple[Rule, float, float] | None:
    """The same by panels that are halved where they have to be; None where that does not suffice."""
    u, w = np.polynomial.legendre.leggauss(_ORDER)

    def panels(low: Array, width: Array) -> tuple[Array, Array]:
        nodes = (low[:, None] + 0.5 * width[:, None] * (1.0 + u)).ravel()
        terms = np.empty((count(points), nodes.size))
        step = max(1, _BATCH // nodes.size)
        for start in range(0, len(terms), step):
            some = {name: values[start : start + step] for name, values in points.items()}
            terms[start : start + step] = evaluate_at([integrand], some, {x.name: nodes[None, :]})[0]
        held = terms.reshape(len(terms), len(low), _ORDER)
        return held @ w * 0.5 * width, np.abs(held) @ w * 0.5 * width

    start = np.unique(np.concatenate([_panel_edges(a, b, 4, _LEVELS) for a, b in pairs(edges)]))
    grid = bisected(panels, start, 0.01 * TOLERANCE, _MOST_NODES[1] // _ORDER)
    if grid is None:
        return None
    rule = _composite([grid])
    fine = np.sort(np.concatenate([grid, 0.5 * (grid[:-1] + grid[1:])]))
    value, _ = _sums(integrand, (x,), rule, points)
    reference, size = _sums(integrand, (x,), _composite([fine]), points)
    error = float(np.max(_differences(value, reference, size)))
    return (rule, float(reference[0]), error) if error <= TOLERANCE else None


def _rule(edges: Sequence[Array], panels: int, levels: int) -> Rule:
    """Nodes and weights of `panels` between two edges in each dimension."""
    return _composite(
        [np.unique(np.concatenate([_panel_edges(a, b, panels, levels) for a, b in pairs(e)])) for e in edges]
    )


def _composite(grids: Sequence[Array]) -> Rule:
    """Nodes (dimensions, nodes) and weights (nodes,) of Gauss-Legendre rules between neighbouring points."""
    x, w = np.polynomial.legendre.leggauss(_ORDER)
    nodes, weights = [], []
    for grid in grids:
        half = np.diff(grid)[:, None] / 2.0
        nodes.append((grid[:-1, None] + half * (1.0 + x)).ravel())
        weights.append((half * w).ravel())
    mesh = np.stack([axis.ravel() for axis in np.meshgrid(*nodes, indexing="ij")])
    product = weights[0]
    for other in weights[1:]:
        product = np.multiply.outer(product, other)
    return mesh, product.ravel()


def _panel_edges(low: float, high: float, panels: int, levels: int) -> Array:
    """Equal panels, the outermost two split `levels` times towards the ends."""
    inner = np.linspace(0.0, 1.0, panels + 1)
    shrinking = _SHRINK ** np.arange(1.0, levels + 1) / (2.0 * panels)
    return low + (high - low) * np.concatenate([inner, shrinking, 1.0 - shrinking])


def pairs(ends: Array) -> list[tuple[float, float]]:
    return list(itertools.pairwise(ends.tolist()))


def _sums(integrand: Node, over: Sequence[Observable], rule: Rule, points: Points) -> tuple[Array, Array]:
    """The sums of an expression and of its absolute value over a rule, at every point."""
    nodes, weights = rule
    columns = {x.name: values[None, :] for x, values in zip(over, nodes, strict=True)}
    total_points, step = count(points), max(1, _BATCH // weights.size)
    value, size = np.empty(total_points), np.empty(total_points)
    for start in range(0, total_points, step):
        some = {name: values[start : start + step] for name, values in points.items()}
        terms = np.broadcast_to(evaluate_at([integrand], some, columns)[0], (count(some), weights.size))
        value[start : start + step] = terms @ weights
        size[start : start + step] = np.abs(terms) @ weights
    return value, size


def _differences(value: Array, reference: Array, size: Array) -> Array:
    with np.errstate(all="ignore"):
        difference = np.abs(value - reference) / size
    # A normalisation that vanishes is not a question of accuracy; the survey reports it.
    return np.where(np.isfinite(difference), difference, 0.0)


def _misses_a_peak(integrand: Node, x: Observable, size: Array, points: Points) -> bool:
    """Whether a dense scan finds clearly more than a rule does."""
    scan = x.low + x.width * (np.arange(_SCAN) + 0.5) / _SCAN
    rule = scan[None, :], np.full(_SCAN, x.width / _SCAN)
    return bool(np.any(_sums(integrand, (x,), rule, points)[1] > 1.02 * size))
