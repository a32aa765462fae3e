"""The variance functions of COWs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import DataError, ModelError
from morefit_py.graph.build import ONE
from morefit_py.graph.meaning import evaluate
from morefit_py.inference.weights.components import Components
from morefit_py.inference.weights.variance import variance_function

from .mixtures import MASS, events, exponential, mass_model, normal

M = events(1)[0]["m"]
GRID = np.linspace(0.0, 1.0, 50)
TERMS = mass_model().channels["d"].terms
HELD = Components(
    ("signal", "background"), tuple(t.density for t in TERMS), {"mean": 0.5, "width": 0.1, "fall": -1.0}
)


def on_grid(kind: object, squares: np.ndarray | None = None, bins: object = None) -> np.ndarray:
    found = variance_function(kind, HELD, M, np.ones(len(M)) if squares is None else squares, bins)  # type: ignore[arg-type]
    return np.broadcast_to(evaluate([found.node], {}, {"": {"m": GRID}})[0], GRID.shape)


def test_uniform() -> None:
    assert variance_function("uniform", HELD, M, np.ones(len(M)), None).node is ONE


def test_density_is_the_best_mixture() -> None:
    p = np.stack([normal(M), exponential(M, -1.0, 1.0)], axis=1)
    found = on_grid("density")
    yields = np.linalg.lstsq(
        np.stack([normal(GRID), exponential(GRID, -1.0, 1.0)], axis=1), found, rcond=None
    )[0]
    assert np.sum(p / (p @ yields)[:, None], axis=0) == pytest.approx([1.0, 1.0], rel=1e-8)
    twice = on_grid("density", np.full(len(M), 2.0))
    assert twice == pytest.approx(2.0 * found, rel=1e-9)


def test_histogram_counts_squares() -> None:
    edges = np.array([0.0, 0.3, 0.55, 1.0])
    squares = np.random.default_rng(1).uniform(0.1, 2.0, len(M))
    heights = np.array([squares[(low <= M) & (high > M)].sum() for low, high in pairwise(edges)])
    heights /= np.diff(edges)
    expected = heights[np.searchsorted(edges[1:-1], GRID, side="right")]
    assert on_grid("histogram", squares, edges) == pytest.approx(expected, rel=1e-12)
    assert variance_function("histogram", HELD, M, squares, edges).breaks == (0.3, 0.55)


def test_bins_of_equal_content() -> None:
    found = variance_function("histogram", HELD, M, np.ones(len(M)), 8)
    counts = np.histogram(M, [0.0, *found.breaks, 1.0])[0]
    assert len(counts) == 8
    assert np.ptp(counts) <= 2
    assert len(variance_function("histogram", HELD, M, np.ones(len(M)), None).breaks) >= 3


def test_a_density_and_an_expression() -> None:
    peak = mf.pdfs.Gaussian(MASS, mf.Parameter("centre", 0.4), mf.Parameter("width", 0.3))
    # `width` is at the point of the components, `centre` at its start.
    assert on_grid(peak) == pytest.approx(normal(GRID, 0.4, 0.1), rel=1e-12)
    assert on_grid(1.0 + 2.0 * MASS) == pytest.approx(1.0 + 2.0 * GRID)
    assert on_grid(3.0) == pytest.approx(np.full(50, 3.0))


def test_what_is_no_variance_function() -> None:
    with pytest.raises(ModelError, match="'flat'; give 'density', 'histogram', 'uniform'"):
        on_grid("flat")
    with pytest.raises(DataError, match=r"no events in its bin from 0\.5001 on"):
        on_grid("histogram", bins=[0.0, 0.5001, 0.50010001, 1.0])
    with pytest.raises(DataError, match=r"cover \[0, 0.9\]; they must cover"):
        on_grid("histogram", bins=[0.0, 0.5, 0.9])
