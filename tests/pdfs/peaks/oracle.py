"""Log densities from a shape as its paper writes it, over its integral by quadrature: mpmath's, or dense."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import mpmath as mp
import numpy as np

from morefit_py.graph.meaning import evaluate
from morefit_py.pdfs.density import Density

DIGITS = 30
# In units of a peak's width: where the integral is cut, on both sides.
REACH = (0, 1, 2, 3, 4, 6, 8, 11, 16, 24, 40, 80, 200, 1000, 10000, 100000)


def around(centre: Any, left: Any, right: Any | None = None) -> list[Any]:
    """Cuts about a peak with these widths."""
    right = left if right is None else right
    return [centre - k * mp.mpf(left) for k in REACH] + [centre + k * mp.mpf(right) for k in REACH]


def log_densities(
    shape: Callable[[Any], Any], low: float, high: float, cuts: Iterable[Any], rows: Sequence[float]
) -> list[float]:
    """The logarithm of the normalised density at the rows."""
    # Towards the ends too, where a peak beyond them has its weight.
    ends = [(high - low) * mp.mpf(2) ** -k for k in range(1, 12)]
    cuts = [*cuts, *(low + end for end in ends), *(high - end for end in ends)]
    inner = sorted({mp.mpf(low), mp.mpf(high), *(mp.mpf(cut) for cut in cuts if low < cut < high)})
    log_total = mp.log(mp.quad(shape, inner))
    return [float(mp.log(shape(mp.mpf(float(x)))) - log_total) for x in rows]


def assert_exact(
    density: Density,
    shape: Callable[[Any], Any],
    cuts: Callable[[], Iterable[Any]],
    rows: Sequence[float],
    rtol: float = 1e-12,
    atol: float = 1e-11,
) -> None:
    """The package's log density agrees with the paper's at the rows."""
    x, values = density.x, {parameter.name: parameter.init for parameter in density.parameters}
    found = evaluate([density.log_density()], values, {"": {x.name: np.asarray(rows)}})[0]
    with mp.workdps(DIGITS):
        exact = log_densities(shape, x.low, x.high, cuts(), rows)
    np.testing.assert_allclose(found, exact, rtol=rtol, atol=atol)


def assert_agrees(
    density: Density,
    log_shape: Callable[[Any], Any],
    cuts: Iterable[float],
    rows: Sequence[float],
    tolerance: float = 1e-11,
) -> None:
    """The same for a shape in NumPy, by panels that shrink towards the cuts and the ends of the range."""
    x, values = density.x, {parameter.name: parameter.init for parameter in density.parameters}
    points = [x.low, x.high, *(cut for cut in cuts if x.low < cut < x.high)]
    steps = x.width * 0.7 ** np.arange(1, 90)
    edges = np.unique(np.concatenate([points, *(p + sign * steps for p in points for sign in (1, -1))]))
    edges = edges[(edges >= x.low) & (edges <= x.high)]
    u, w = np.polynomial.legendre.leggauss(16)
    half = np.diff(edges)[:, None] / 2
    nodes, weights = (edges[:-1, None] + half * (1 + u)).ravel(), (half * w).ravel()
    at = log_shape(nodes)
    log_total = np.max(at) + np.log(weights @ np.exp(at - np.max(at)))
    found = evaluate([density.log_density()], values, {"": {x.name: np.asarray(rows)}})[0]
    np.testing.assert_allclose(found, log_shape(np.asarray(rows)) - log_total, rtol=tolerance, atol=tolerance)
