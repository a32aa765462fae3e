"""The logarithm of a weighted sum of densities, in the cheapest form that cannot underflow."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from morefit_py.graph.build import ZERO, Node, add, detach, exp, log, maximum, mul, sub
from morefit_py.pdfs.corners import columns_of, corner_points, evaluate_at
from morefit_py.pdfs.density import Density

# Far above the smallest positive double, 1e-308: room for products with yields and derivatives.
_LOG_SMALLEST = -500.0


def never_underflows(densities: Sequence[Density]) -> bool:
    """Whether plain sums are safe: every normalisation exists and one density stays above underflow."""
    safe = False
    for density in densities:
        points = corner_points(density.parameters, unlimited=10.0)
        roots = [density.log_integral(), density.log_density()]
        normalisation, log_density = evaluate_at(roots, points, columns_of(density.observables))
        if not np.all(np.abs(normalisation) < -_LOG_SMALLEST):
            return False
        safe = safe or bool(np.all(log_density > _LOG_SMALLEST))
    return safe


def log_sum_exp(weights: Sequence[Node], logarithms: Sequence[Node]) -> Node:
    """log sum_i w_i exp(l_i), scaled by the largest exponential."""
    largest = logarithms[0]
    for other in logarithms[1:]:
        largest = maximum(largest, other)
    # It cancels from value and derivatives, so it is a constant to both.
    largest = detach(largest)
    summed = ZERO
    for weight, value in zip(weights, logarithms, strict=True):
        summed = add(summed, mul(weight, exp(sub(value, largest))))
    return add(largest, log(summed))
