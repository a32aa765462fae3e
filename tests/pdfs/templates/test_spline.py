"""Monotone splines, against the method written out for each interval."""

import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import Spline
from morefit_py.pdfs.templates.spline import hermite, monotone_slopes

X = Observable("x", 100.0, 160.0)
KNOTS, VALUES = (100.0, 112.0, 125.0, 140.0, 160.0), (1.0, 3.0, 2.0, 0.8, 0.5)


def shape(density: Spline, x: np.ndarray) -> np.ndarray:
    return np.asarray(evaluate([density.shape()], {}, {"": {"x": x}})[0])


def test_it_goes_through_the_knots_and_is_monotone_between() -> None:
    density = Spline(X, KNOTS, VALUES)
    np.testing.assert_allclose(shape(density, np.array(KNOTS)), VALUES, rtol=1e-14)
    for i in range(4):
        inside = shape(density, np.linspace(KNOTS[i], KNOTS[i + 1], 200))
        assert np.all(np.diff(inside) * np.sign(VALUES[i + 1] - VALUES[i]) >= -1e-14)


def test_slopes_are_means_of_secants_within_the_circle() -> None:
    x, y = np.array([0.0, 1.0, 2.0, 3.0]), np.array([1.0, 1.1, 3.0, 3.0])
    # Means: 0.1, 1.0, (0.95 -> 0 beside a flat interval), 0; then alpha = 1, beta = 10 at the first interval.
    scale = 3.0 / np.hypot(1.0, 10.0)
    np.testing.assert_allclose(monotone_slopes(x, y), [0.1 * scale, 1.0 * scale, 0.0, 0.0], rtol=1e-14)
    peak = monotone_slopes(np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, 1.0]))
    np.testing.assert_array_equal(peak, [1.0, 0.0, -1.0])


def test_pieces_have_the_values_and_slopes_they_are_made_of() -> None:
    x, y, m = np.array([0.0, 2.0, 3.0]), np.array([1.0, 4.0, 2.0]), np.array([0.5, -1.0, 3.0])
    made = hermite(x, y, m)
    h = np.diff(x)
    powers = np.vander([2.0], 4, increasing=True)[0]
    assert powers @ made.coefficients[:, 0] == pytest.approx(4.0)
    slopes = made.coefficients[1] + 2 * made.coefficients[2] * h + 3 * made.coefficients[3] * h**2
    np.testing.assert_allclose(slopes, m[1:])


@pytest.mark.parametrize(
    ("knots", "values", "message"),
    [
        ((100.0, 160.0), (1.0,), "spline: knots_y has 1 values for 2 knots"),
        ((100.0, 160.0), (1.0, 0.0), r"spline: knots_y\[1\] is 0; it must be > 0"),
        ((101.0, 160.0), (1.0, 1.0), r"knots_x run from 101 to 160; .* the bounds \[100, 160\] of 'x'"),
        ((100.0, 130.0, 120.0, 160.0), (1.0,) * 4, "knots_x do not ascend"),
        ((100.0, np.nan, 160.0), (1.0,) * 3, r"knots_x\[1\] is nan; it must be finite"),
    ],
)
def test_knots_that_make_no_spline(knots: tuple[float, ...], values: tuple[float, ...], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        Spline(X, knots, values)
