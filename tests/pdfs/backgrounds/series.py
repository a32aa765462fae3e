"""What every density that is a series of polynomials is held to."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.density import Density

X = Observable("x", 100.0, 160.0)


def check_against(make: Callable[..., Density], series: Callable[..., Any], order: int) -> None:
    """Holds shape, integral and integrals of bins to a NumPy series on u from -1 to 1."""
    c = np.random.default_rng(order).uniform(-1, 1, order) / (2 * order)
    density = make(X, tuple(Parameter(f"c{k}", value) for k, value in enumerate(c)))
    exact = series([1.0, *c], domain=[100.0, 160.0], window=[-1.0, 1.0])
    values = {f"c{k}": value for k, value in enumerate(c)}
    rows = np.linspace(100.0, 160.0, 21)
    low, high = Observable("low", 100.0, 160.0), Observable("high", 100.0, 160.0)
    columns = {"x": rows[:-1], "low": rows[:-1], "high": rows[1:]}
    shape, bins, integral = evaluate(
        [density.shape(), density.between(low, high), density.integral()], values, {"": columns}
    )
    size = np.max(np.abs(exact(rows)))
    np.testing.assert_allclose(shape, exact(rows[:-1]), rtol=1e-12, atol=1e-13 * size)
    whole = exact.integ()
    np.testing.assert_allclose(bins, np.diff(whole(rows)), rtol=1e-11, atol=1e-12 * size)
    assert integral == pytest.approx(whole(160.0) - whole(100.0), rel=1e-12)
