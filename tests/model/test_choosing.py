"""Sums of densities under envelopes."""

import math

import numpy as np
import pytest
from scipy import stats

from morefit_py.graph.build import as_node, exp
from morefit_py.graph.symbols import Observable
from morefit_py.model.at_point import AtPoint
from morefit_py.model.choosing import Choosing, Enveloped
from morefit_py.model.drawing import Drawer
from morefit_py.model.envelope import Envelope, envelope
from morefit_py.pdfs import Exponential, Formula, Gaussian, Product, Uniform
from morefit_py.pdfs.density import Density

from . import plain_philox
from .drawn import drawn

X, Y, Z, T = (Observable(name, 0.0, 10.0) for name in "xyzt")


def enveloped(density: Density) -> Enveloped:
    function = AtPoint(exp(density.log_density()), {})
    return Enveloped(density, density.observables, function, envelope("here", function, density.observables))


def test_events_are_those_of_their_definition() -> None:
    """Event by event, from the table and plain numbers, as a device would draw them."""
    densities = [Gaussian(X, 4.0, 0.5), Exponential(X, -0.3)]
    choosing = Choosing(3, [300.0, 700.0], [enveloped(density) for density in densities])
    slope_norm = (1.0 - math.exp(-3.0)) / 0.3
    exact = [
        stats.truncnorm(-8.0, 12.0, 4.0, 0.5).pdf,
        lambda x: math.exp(-0.3 * x) / slope_norm,
    ]
    seed = 12345
    x = drawn(choosing, 3000, "x", seed)[0]["x"]
    attempts = []
    for event in range(3000):
        for attempt in range(100):
            u, v = plain_philox.pair(seed, event, slot=3, attempt=attempt)
            column, r = divmod(u * len(choosing.share), 1.0)
            at = 2 * int(column) + int(r >= choosing.share[int(column)])
            place = choosing.low[at] + choosing.slope[at] * r
            if v * choosing.top[at] < exact[choosing.leaf[at]](place):
                break
        attempts.append(attempt)
        assert x[event] == place
    assert max(attempts) > 1


def test_parts_have_their_weights() -> None:
    """Whatever their envelopes reject."""
    choosing = Choosing(0, [1.0, 3.0], [enveloped(Gaussian(X, 2.0, 0.2)), enveloped(Exponential(X, 2.0))])
    size = 100_000
    low = np.mean(drawn(choosing, size, "x")[0]["x"] < 4.0)
    expected = 0.25 + 0.75 * math.expm1(8.0) / math.expm1(20.0)
    assert low == pytest.approx(expected, abs=4 * math.sqrt(0.25 * 0.75 / size))


@pytest.mark.parametrize("dimensions", [2, 3])
def test_several_dimensions(dimensions: int) -> None:
    """A tilted density: sum of the coordinates, times a constant."""
    over = [X, Y, Z, T][:dimensions]
    slanted = Formula(sum((as_node(x) for x in over[1:]), as_node(over[0])))
    columns, _ = drawn(Choosing(0, [1.0], [enveloped(slanted)]), 20_000, "xyzt"[:dimensions])
    mean = (100 / 3 + (dimensions - 1) * 25.0) / (5.0 * dimensions)
    pair = (500 / 3 * 2 + (dimensions - 2) * 125.0) / (5.0 * dimensions)
    for name, values in columns.items():
        assert values.min() >= 0.0
        assert values.max() <= 10.0
        assert values.mean() == pytest.approx(mean, abs=4 * 2.9 / math.sqrt(20_000)), name
    assert np.mean(columns["x"] * columns["y"]) == pytest.approx(pair, abs=4 * 26 / math.sqrt(20_000))
    cells = np.histogram2d(columns["x"] % 1.0, columns["y"] % 1.0, bins=8, range=[[0, 1], [0, 1]])[0]
    assert cells.min() > 200


def test_parts_of_their_own_are_chosen_by_weight_too() -> None:
    plane = Formula(as_node(X) * Y)
    product = Drawer({}).plan([(1.0, Product((Uniform(X), Uniform(Y))), "here")])
    choosing = Choosing(20, [1.0, 2.0], [enveloped(plane), product])
    columns, _ = drawn(choosing, 30_000, "xy")
    low = np.mean((columns["x"] < 5.0) & (columns["y"] < 5.0))
    expected = (1 / 16 + 2 / 4) / 3
    assert low == pytest.approx(expected, abs=4 * math.sqrt(expected * (1 - expected) / 30_000))


def test_what_exceeds_the_envelope_is_told() -> None:
    density = Formula(as_node(X))
    bound = Envelope(np.array([[0.0], [5.0]]), np.array([[5.0], [5.0]]), np.array([0.2, 0.15]))
    leaf = Enveloped(density, (X,), AtPoint(exp(density.log_density()), {}), bound)
    columns, exceeded = drawn(Choosing(0, [1.0], [leaf]), 20_000, "x")
    assert np.all(np.isfinite(columns["x"]))
    for found in exceeded:
        assert found.density is density
        assert set(found.cells.tolist()) == {1}
        assert np.all(found.heights > 0.15)
        assert np.all(found.heights <= 0.2)
    rows = np.concatenate([found.rows for found in exceeded])
    # Above 7.5 the density is higher than its envelope.
    assert np.all(columns["x"][rows] > 7.5)
    assert not drawn(Choosing(0, [1.0], [enveloped(density)]), 20_000, "x")[1]
