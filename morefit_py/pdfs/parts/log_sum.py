"""The logarithm of a weighted sum of densities, in the cheapest form that cannot underflow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from morefit_py.graph.bounds import bounds
from morefit_py.graph.build import ZERO, Node, add, detach, exp, log, maximum, minimum, mul, select, sub
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.integration.corners import columns_of, corner_points, evaluate_at, inside_room

# Far above the smallest positive double, 1e-308: room for products with yields and derivatives.
_LOG_SMALLEST = -500.0
# Less than any logarithm of a density.
_NEVER = -1e300
# Of exponentials whose squares are doubles, with room for what multiplies these.
_LARGEST = 300.0


def never_underflows(densities: Sequence[Density]) -> bool:
    """Whether plain sums are safe: no normalisation underflows, and one density stays above underflow.

    Points at which there is no density at all, as a negative polynomial, say nothing: no form helps there.
    """
    safe = False
    for density in densities:
        points = inside_room(corner_points(density.parameters, unlimited=10.0), density.room())
        roots = [density.log_integral(), density.log_density()]
        columns = columns_of((*density.observables, *density.given))
        normalisation, log_density = evaluate_at(roots, points, columns)
        known = np.atleast_1d(np.isfinite(normalisation) & ~np.isnan(log_density))
        held = np.all(known, axis=-1, keepdims=True)
        if np.any(held & (np.abs(normalisation) >= -_LOG_SMALLEST)):
            return False
        safe = safe or not np.any(held & (log_density <= _LOG_SMALLEST))
    return safe


def log_sum_exp(weights: Sequence[Node], logarithms: Sequence[Node]) -> Node:
    """log sum_i w_i exp(l_i), scaled by the largest exponential whose weight is positive.

    A component of weight zero may be larger still: its exponential is cut at exp(300), so that its
    derivatives by the weight stay large but finite. The others are multiplied by the weight and need not
    know of the cut, so it is a constant to them.
    """
    terms = list(zip(weights, logarithms, strict=True))
    largest: Node | None = None
    for weight, value in terms:
        present = value if _is_positive(weight) else add(value, select(weight > 0.0, 0.0, _NEVER))
        largest = present if largest is None else maximum(largest, present)
    assert largest is not None
    # It cancels from value and derivatives, so it is a constant to both.
    largest = detach(largest)
    summed = ZERO
    for weight, value in terms:
        exponent = sub(value, largest)
        if not _is_positive(weight):
            exponent = add(exponent, detach(minimum(sub(_LARGEST, exponent), 0.0)))
        summed = add(summed, mul(weight, exp(exponent)))
    return add(largest, log(summed))


def _is_positive(weight: Node) -> bool:
    return bounds(weight)[0] > 0.0
