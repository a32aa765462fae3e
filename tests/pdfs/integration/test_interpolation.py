"""Grids that are found for functions, and judged, against errors that are known."""

import numpy as np
import pytest

from morefit_py.graph.build import Node, as_node, curve, erf, exp
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.integration.corners import Points
from morefit_py.pdfs.integration.interpolation import error_on, interpolation

X, SIGMA = Observable("x", -10.0, 30.0), Parameter("sigma", 1.0)


def peak(x: Node) -> Node:
    return exp(-0.5 * ((x - 0.3) / SIGMA) ** 2) / SIGMA


def area() -> Node:
    ends = (erf((end - 0.3) / (2.0**0.5 * as_node(SIGMA))) for end in (X.high, X.low))
    high, low = ends
    return np.sqrt(np.pi / 2.0) * (high - low)


def at(*sigmas: float) -> Points:
    return {"sigma": np.array(sigmas)[:, None]}


@pytest.mark.parametrize("sigma", [0.05, 0.4, 3.0])
def test_a_grid_is_as_accurate_as_it_says(sigma: float) -> None:
    found = interpolation(peak, X, at(sigma), area(), 1e-9)
    assert found.error <= 1e-9
    rows = {"x": np.random.default_rng(1).uniform(X.low, X.high, 2000)}
    held, exact = evaluate([curve(found.grid, X, peak), peak(X.node)], {"sigma": sigma}, {"": rows})
    assert np.max(np.abs(held - exact)) * sigma <= 1.1e-9
    assert found.grid.low < X.low
    assert found.grid.high > X.high
    # About ten points a width: the error is 0.11 (step/width)^8.
    assert found.grid.per_unit * sigma > 10.0 or found.grid.points < 80
    assert found.grid.per_unit * sigma < 22.0 or found.grid.points < 80


def test_the_narrowest_of_all_points_decides() -> None:
    found = interpolation(peak, X, at(2.0, 0.1, 0.5), area(), 1e-9)
    assert found.grid == interpolation(peak, X, at(0.1), area(), 1e-9).grid
    assert error_on(found.grid, peak, X, at(2.0), area()) < 1e-12
    assert error_on(found.grid, peak, X, at(0.01), area()) >= 1.0
    assert 1e-9 < error_on(found.grid, peak, X, at(0.05), area()) < 1e-6


def test_a_peak_between_all_points_is_not_missed() -> None:
    """Of a width of a thousandth of the first steps, and not at one of their middles."""
    found = interpolation(peak, X, at(0.0005), area(), 1e-9)
    assert found.error > 0.1
    beside = interpolation(lambda x: peak(x) + 1.0, X, at(0.06), area() + X.width, 1e-9)
    assert beside.grid.per_unit * 0.06 > 8.0


def test_a_kink_is_seen() -> None:
    found = interpolation(
        lambda x: 1.0 + abs(x - 0.123), X, at(1.0), as_node(40.0 + (10.123**2 + 29.877**2) / 2.0), 1e-9
    )
    assert found.error > 1e-5
    assert found.grid.points < 8192
