"""The Faddeeva function of the kernels against mpmath, on a grid over many powers of ten."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.codegen.compiled import Function as Calls
from tests.codegen.compiled import Values, library, rows
from tests.plane import ABOVE, BELOW, Plane

INF, NAN = float("inf"), float("nan")
# The real and the imaginary part of the derivative of this order.
Function = Callable[[Values, Values, int], tuple[Values, Values]]
HELPER = "mf_faddeeva_real"
CALLS = {
    f"{part}_{order}": f"mf_faddeeva_{part}{{rows}}({order}, {{x}}, {{y}})"
    for part in ("real", "imag")
    for order in range(3)
}


def _of(calls: Calls) -> Function:
    return lambda x, y, order: (calls(f"real_{order}", x, y), calls(f"imag_{order}", x, y))


@pytest.fixture(scope="module", params=["c", "cuda", "opencl"])
def function(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Function:
    """The function in double precision: of C loops, of single values anywhere, and of OpenCL's vectors."""
    if request.param == "opencl":
        return _of(rows(HELPER, CALLS))
    return _of(library(request.param, "c", HELPER, CALLS, tmp_path_factory.mktemp("faddeeva")))


@pytest.fixture(scope="module")
def metal(tmp_path_factory: pytest.TempPathFactory) -> Function:
    return _of(library("metal", "metal", HELPER, CALLS, tmp_path_factory.mktemp("faddeeva")))


@pytest.mark.parametrize("order", [0, 1, 2])
def test_above_the_axis(function: Function, order: int) -> None:
    real, imag = function(ABOVE.x, ABOVE.y, order)
    assert ABOVE.error(real, imag, order) < (3e-15, 3e-14, 3e-13)[order]
    assert ABOVE.real_error(real, order) < (3e-14, 3e-14, 3e-13)[order]


@pytest.mark.parametrize("order", [0, 1, 2])
def test_below_the_axis(function: Function, order: int) -> None:
    """The square of a number near 26 costs as many digits as its size."""
    real, imag = function(BELOW.x, BELOW.y, order)
    assert BELOW.error(real, imag, order) < 5e-13


@pytest.mark.parametrize("order", [0, 1, 2])
def test_symmetry(function: Function, order: int) -> None:
    """w(-x + i y) is the conjugate of w(x + i y), to the last bit."""
    x, y = np.concatenate([ABOVE.x, BELOW.x]), np.concatenate([ABOVE.y, BELOW.y])
    left, right = function(-x, y, order), function(x, y, order)
    sign = -1.0 if order == 1 else 1.0
    np.testing.assert_array_equal(left[0], sign * right[0])
    np.testing.assert_array_equal(left[1], -sign * right[1])


def test_edges(function: Function) -> None:
    x = np.array([INF, -INF, 0.0, 3.0, 1e100, NAN, 1.0])
    y = np.array([1.0, 0.0, INF, INF, 1e100, 1.0, NAN])
    for order in (0, 1, 2):
        found = np.array(function(x, y, order))
        assert not np.any(found[:, :5])
        assert np.isnan(found[:, 5:]).all()
    # Overflow keeps its sign.
    x, y = np.array([0.0, 1.0, 2.5]), np.array([-30.0, -40.0, -27.0])
    real, imag = function(x, y, 0)
    np.testing.assert_array_equal(real, [INF, -INF, -INF])
    np.testing.assert_array_equal(imag, [0.0, -INF, INF])


def test_single_precision(metal: Function) -> None:
    x, y = ABOVE.x.astype(np.float32).astype(float), ABOVE.y.astype(np.float32).astype(float)
    rounded = Plane(x, y, ABOVE.digits)
    for order, most in enumerate((1e-6, 1e-5, 1e-4)):
        real, imag = metal(x, y, order)
        assert rounded.error(real, imag, order) < most
    x, y = np.linspace(-3.0, 3.0, 21).astype(np.float32), np.linspace(-4.0, -0.1, 21).astype(np.float32)
    below = Plane(x.astype(float), y.astype(float), 40)
    for order, most in enumerate((1e-5, 1e-5, 1e-4)):
        real, imag = metal(x, y, order)
        assert below.error(real, imag, order) < most
    assert not np.any(metal(np.array([INF, 0.0]), np.array([1.0, INF]), 0))
    assert np.isnan(metal(np.array([NAN, 0.0]), np.array([1.0, NAN]), 1)).all()
