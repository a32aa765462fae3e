"""Counts in grids and their variances against NumPy's."""

from __future__ import annotations

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import DataError
from morefit_py.inference.goodness.distribution import Distribution
from morefit_py.inference.goodness.grid import bin_edges, grid_counts, variance_per_event

from .models import X, Y

RNG = np.random.default_rng(1)
COLUMNS = {"x": RNG.uniform(0.0, 10.0, 500), "y": RNG.uniform(-1.0, 1.0, 500)}
WEIGHTS = RNG.uniform(0.5, 2.0, 500)


def flat(data: mf.Dataset) -> Distribution:
    product = mf.pdfs.Product((mf.pdfs.Uniform(X), mf.pdfs.Uniform(Y)))
    return Distribution("d", mf.Model({"d": product}).channels["d"], {}, data)


def test_counts_and_squares() -> None:
    data = mf.Dataset.from_numpy(COLUMNS, weights=WEIGHTS)
    edges = {"x": np.array([0.0, 2.0, 10.0]), "y": np.array([-1.0, 0.0, 0.5, 1.0])}
    n, squares = grid_counts(data, edges)
    for found, power in ((n, 1), (squares, 2)):
        expected = np.histogram2d(COLUMNS["x"], COLUMNS["y"], list(edges.values()), weights=WEIGHTS**power)[0]
        assert found == pytest.approx(expected.ravel())
    plain, same = grid_counts(data.with_weights(None), edges)
    assert plain.tolist() == same.tolist()
    binned = mf.Binned.from_dataset(data, edges)
    assert grid_counts(binned, edges)[0] == pytest.approx(n)
    assert grid_counts(binned, edges)[1] == pytest.approx(squares)


def test_variance_per_event() -> None:
    n, squares = np.array([2.0, 0.0, 4.0, -1.0]), np.array([4.0, 0.0, 2.0, 1.0])
    assert variance_per_event(n, squares) == pytest.approx([2.0, 7.0 / 5.0, 0.5, 7.0 / 5.0])


def test_edges() -> None:
    held = flat(mf.Dataset.from_numpy(COLUMNS))
    assert bin_edges(held, "x", 4, "width") == {"x": pytest.approx([0.0, 2.5, 5.0, 7.5, 10.0])}
    assert bin_edges(held, "x", 4, "probability") == {
        "x": pytest.approx([0.0, 2.5, 5.0, 7.5, 10.0], abs=1e-3)
    }
    assert bin_edges(held, "y", [-2.0, 0.0, 3.0], "width") == {"y": pytest.approx([-1.0, 0.0, 1.0])}
    found = bin_edges(held, ["x", "y"], {"x": 2, "y": [-1.0, 0.1, 1.0]}, "width")
    assert list(found) == ["x", "y"]
    assert len(bin_edges(held, "x", None, "width")["x"]) - 1 == int(500**0.4)
    with pytest.raises(DataError, match="0 bins of 'x'"):
        bin_edges(held, "x", 0, "width")
    with pytest.raises(DataError, match="must cover the bounds"):
        bin_edges(held, "x", [0.0, 9.0], "width")
    counted = flat(mf.Binned.from_dataset(mf.Dataset.from_numpy(COLUMNS), {"x": [0, 5, 10], "y": [-1, 1]}))
    assert list(bin_edges(counted, None, None, "width")) == ["x", "y"]
    with pytest.raises(DataError, match="in bins already"):
        bin_edges(counted, "x", None, "width")
