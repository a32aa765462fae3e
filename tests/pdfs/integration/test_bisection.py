"""Panels halved where an integrand needs it."""

import numpy as np

from morefit_py.pdfs.integration.bisection import bisected

U, W = np.polynomial.legendre.leggauss(16)


def panels_of(*functions):  # type: ignore[no-untyped-def]
    def panels(low: np.ndarray, width: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x = low[:, None] + 0.5 * width[:, None] * (1.0 + U)
        held = np.stack([f(x) for f in functions])
        return held @ W * 0.5 * width, np.abs(held) @ W * 0.5 * width

    return panels


def integral(function, grid: np.ndarray) -> float:  # type: ignore[no-untyped-def]
    return float(panels_of(function)(grid[:-1], np.diff(grid))[0].sum())


def test_a_smooth_function_keeps_its_panels() -> None:
    edges = np.array([0.0, 0.3, 1.0])
    np.testing.assert_array_equal(bisected(panels_of(np.exp), edges, 1e-12, 100), edges)


def test_panels_follow_every_function() -> None:
    """Two steep functions, one at each end: panels shrink towards both, and stay few."""

    def left(x: np.ndarray) -> np.ndarray:
        return np.exp(-x / 1e-5)

    def right(x: np.ndarray) -> np.ndarray:
        return np.exp((x - 1.0) / 1e-3)

    grid = bisected(panels_of(left, right), np.array([0.0, 1.0]), 1e-13, 1000)
    assert grid is not None
    assert len(grid) < 40
    assert abs(integral(left, grid) - 1e-5) < 1e-16
    assert abs(integral(right, grid) - 1e-3) < 1e-14
    widths = np.diff(grid)
    assert widths[0] < 1e-3 < 0.1 < widths.max()


def test_what_takes_too_many_panels_is_given_up() -> None:
    assert bisected(panels_of(lambda x: np.cos(1e6 * x)), np.array([0.0, 1.0]), 1e-12, 50) is None


def test_a_step_is_followed_to_the_last_bit() -> None:
    assert (
        bisected(panels_of(lambda x: np.where(x < 0.3, 1.0, 2.0)), np.array([0.0, 1.0]), 1e-12, 500)
        is not None
    )


def test_nothing_is_no_problem() -> None:
    edges = np.array([0.0, 1.0])
    np.testing.assert_array_equal(bisected(panels_of(np.zeros_like), edges, 1e-12, 10), edges)
