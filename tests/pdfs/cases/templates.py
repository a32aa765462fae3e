"""Cases of templates."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline as Natural
from scipy.stats import norm

from morefit_py.pdfs import CubicSpline, Histogram, Kde, MorphedHistogram, MorphedKde, Spline

from .case import MASS, UNIT, Case, parameters

EDGES = (5000.0, 5100.0, 5250.0, 5300.0, 5450.0, 6000.0)
KNOTS = (-1.0, -0.4, 0.3, 1.1, 2.0)


def histogram(name: str, content: tuple[float, ...], pseudo_count: float = 0.0) -> Case:
    heights = (np.array(content) + pseudo_count) / np.diff(EDGES)

    def shape(x: np.ndarray) -> np.ndarray:
        return heights[np.minimum(np.searchsorted(EDGES, x, side="right") - 1, len(heights) - 1)]

    return Case(f"histogram {name}", Histogram(MASS, EDGES, content, pseudo_count), shape, smooth=False)


def cubic_spline(name: str, *y: float) -> Case:
    values = parameters(**{f"y{i}": value for i, value in enumerate(y)})
    shape = Natural(KNOTS, y, bc_type="natural")
    # Of the slope of a constant only rounding is left.
    return Case(f"cubic_spline {name}", CubicSpline(UNIT, KNOTS, values), shape, smooth=len(set(y)) > 1)


def _rising(x: np.ndarray) -> np.ndarray:
    """Equal distances and secants in the ratio of one to two, whose slopes no limit touches."""
    from scipy.interpolate import CubicHermiteSpline

    return np.asarray(CubicHermiteSpline([-1.0, 0.5, 2.0], [1.0, 1.5, 2.5], [1 / 3, 0.5, 2 / 3])(x))


NOMINAL = (5.0, 9.0, 1.0, 4.0, 2.0)
UP, DOWN = (6.0, 8.0, 2.0, 4.0, 1.0), (4.5, 9.5, 0.5, 3.0, 3.5)
TILT_UP, TILT_DOWN = (7.0, 9.5, 1.0, 3.0, 1.0), (3.0, 8.0, 1.0, 5.0, 2.5)


def morphed(name: str, first: float, second: float, pseudo_count: float = 0.0) -> Case:
    alphas = parameters(first=first, second=second)
    nominal = np.array(NOMINAL)
    linear = first * ((np.array(UP) - nominal) if first >= 0 else (nominal - np.array(DOWN)))
    d_up, d_down = np.array(TILT_UP) - nominal, nominal - np.array(TILT_DOWN)
    curve = 3 * second**6 - 10 * second**4 + 15 * second**2
    tilt = second * (d_up + d_down) / 2 + (d_up - d_down) / 16 * curve
    if abs(second) > 1:
        tilt = second * (d_up if second > 0 else d_down)
    content = np.maximum(nominal + pseudo_count + linear + tilt, 0.0)

    def shape(x: np.ndarray) -> np.ndarray:
        return (content / np.diff(EDGES))[np.minimum(np.searchsorted(EDGES, x, side="right") - 1, 4)]

    density = MorphedHistogram(
        MASS, EDGES, NOMINAL, alphas, (UP, TILT_UP), (DOWN, TILT_DOWN), ("code0", "code4p"), pseudo_count
    )
    return Case(f"morphed_histogram {name}", density, shape, smooth=False)


CENTERS = (5010.0, 5200.0, 5230.0, 5280.0, 5600.0, 5990.0)
WEIGHTS = (1.0, 2.0, 0.5, 3.0, 1.0, 1.5)


def _kernels(x: np.ndarray, h: float, centers: np.ndarray, weights: np.ndarray) -> np.ndarray:
    normal = norm(centers, h)
    inside = normal.cdf(MASS.high) - normal.cdf(MASS.low)
    return np.asarray((weights * normal.pdf(np.asarray(x)[..., None]) / inside).sum(axis=-1))


def kde(name: str, h: float, weights: tuple[float, ...] = ()) -> Case:
    held = np.array(weights or np.ones(len(CENTERS)))
    return Case(
        f"kde {name}", Kde(MASS, h, CENTERS, weights), lambda x: _kernels(x, h, np.array(CENTERS), held)
    )


def morphed_kde(name: str, tilt: float, shift: float) -> Case:
    alphas = parameters(tilt=tilt, shift=shift)
    nominal, weights = np.array(CENTERS), np.array(WEIGHTS)
    up, down = weights + np.array([0.5, 0.0, 1.0, 0.2, 0.0, 0.3]), 0.9 * weights[::-1]
    right, left = np.minimum(nominal + 30, 6000), np.maximum(nominal - 50, 5000)
    rows = [tuple(row.tolist()) for row in (nominal, right, nominal, left, up, weights, down, weights)]
    held = weights + tilt * ((up - weights) if tilt >= 0 else (weights - down))
    place = nominal + shift * ((right - nominal) if shift >= 0 else (nominal - left))
    density = MorphedKde(
        MASS, 60.0, CENTERS, WEIGHTS, alphas, (rows[0], rows[1]), (rows[2], rows[3]), (rows[4], rows[5]),
        (rows[6], rows[7]), ("code0", "code0"),
    )  # fmt: skip
    return Case(f"morphed_kde {name}", density, lambda x: _kernels(x, 60.0, place, held))


CASES = [
    kde("narrow kernels", 12.0),
    kde("wide kernels", 400.0, WEIGHTS),
    morphed_kde("up and down", 0.4, -0.6),
    morphed_kde("down and up", -0.3, 0.7),
    morphed("nominal", 0.02, 0.03, 0.5),
    morphed("up and down", 0.6, -0.7),
    morphed("down and up", -0.4, 0.8),
    morphed("beyond one", -1.3, 1.6, 2.0),
    morphed("emptying a bin", -2.5, 0.1),
    histogram("filled", (5.0, 9.0, 1.0, 4.0, 2.0)),
    histogram("with an empty bin that is filled", (5.0, 9.0, 0.0, 4.0, 2.0), 0.5),
    Case("histogram of one bin", Histogram(UNIT, (-1.0, 2.0), (7.0,)), np.ones_like),
    Case("spline rising", Spline(UNIT, (-1.0, 0.5, 2.0), (1.0, 1.5, 2.5)), _rising),
    Case("spline flat", Spline(UNIT, (-1.0, 0.5, 2.0), (3.0, 3.0, 3.0)), np.ones_like, smooth=False),
    cubic_spline("ordinary", 1.0, 2.5, 1.8, 0.9, 0.6),
    cubic_spline("flat", 1.0, 1.0, 1.0, 1.0, 1.0),
    cubic_spline("zero at an end", 0.0, 1.0, 1.5, 1.2, 1.0),
]
