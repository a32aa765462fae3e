"""The Faddeeva function of the kernels against mpmath, on a grid over many powers of ten."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from morefit_py.backends import opencl
from morefit_py.codegen.dialects import dialect
from morefit_py.codegen.render import _environment
from morefit_py.errors import BackendError
from morefit_py.runtime.opencl_program import build_program
from morefit_py.runtime.toolchain import compile_library, find_toolchain
from tests.backends.shim import compile_metal
from tests.plane import ABOVE, BELOW, Plane

INF, NAN = float("inf"), float("nan")
Values = NDArray[Any]
# The real and the imaginary part of the derivative of this order.
Function = Callable[[Values, Values, int], tuple[Values, Values]]

_HEADS = {
    "c": "#include <math.h>\n#include <stdbool.h>\n#include <stdint.h>\n#include <string.h>\n",
    "metal": "#include <metal_stdlib>\nusing namespace metal;\n",
}
_LOOP = """
{export} void over_{part}_{order}(long rows, const {real} *x, const {real} *y, {real} *result)
{{
    for (long i = 0; i < rows; ++i)
        result[i] = mf_faddeeva_{part}({order}, x[i], y[i]);
}}
"""
_KERNEL = """
MF_KERNEL over_{part}_{order}(__global const double *x, __global const double *y, __global double *result)
{{
    const long i = MF_LANES * get_global_id(0);
    const mf_real value = mf_faddeeva_{part}_rows({order}, mf_load(x, i), mf_load(y, i));
    for (int k = 0; k < MF_LANES; ++k)
        result[i + k] = ((const double *)&value)[k];
}}
"""
_CASES = [(part, order) for part in ("real", "imag") for order in range(3)]


def _texts(name: str, function: str) -> list[str]:
    """The helpers of a function in a dialect."""
    spoken = dialect(name)
    known = {"real": spoken.real, **spoken.options}
    return [_environment().get_template(file).render(known) for file in spoken.helpers[function]]


def _library(name: str, head: str, folder: Path) -> Function:
    spoken = dialect(name)
    export = 'extern "C"' if head == "metal" else '__attribute__((visibility("default")))'
    loops = [_LOOP.format(export=export, real=spoken.real, part=part, order=order) for part, order in _CASES]
    source, built = folder / f"{name}.{head}", folder / f"{name}.so"
    define = "#define MF_FUNCTION static inline\n"
    source.write_text("\n".join([_HEADS[head], define, *_texts(name, "mf_faddeeva_real"), *loops]))
    if head == "metal":
        compile_metal(source, built)
    else:
        try:
            compile_library(find_toolchain(), source, built)
        except BackendError as problem:
            pytest.skip(str(problem))
    held = ctypes.CDLL(str(built))
    kind = np.float32 if spoken.float_bits == 32 else np.float64

    def function(x: Values, y: Values, order: int) -> tuple[Values, Values]:
        at = [np.ascontiguousarray(values, dtype=kind) for values in (x, y)]
        found = []
        for part in ("real", "imag"):
            result = np.empty_like(at[0])
            places = [ctypes.c_void_p(values.ctypes.data) for values in (*at, result)]
            getattr(held, f"over_{part}_{order}")(ctypes.c_long(len(result)), *places)
            found.append(result)
        return found[0], found[1]

    return function


def _rows() -> Function:
    """The form of OpenCL for vectors of rows, or of single rows on a GPU."""
    usable = [device for device in opencl.BACKEND.devices() if device.usable]
    if not usable:
        pytest.skip("no OpenCL device")
    import pyopencl as cl

    place = opencl.place_of(usable[0].index, usable[0].kind)
    spoken = dialect("opencl")
    text = (
        _environment()
        .get_template("opencl/module.j2")
        .render(
            header=[],
            helpers=_texts("opencl", "mf_faddeeva_real_rows"),
            phases=[_KERNEL.format(part=part, order=order) for part, order in _CASES],
            chunk=spoken.chunk,
            most_sums=1,
            **spoken.options,
        )
    )
    options = [f"-DMF_LANES={place.lanes}", "-DMF_ITEMS=1"]
    built = build_program(place.context, place.device, text, options)

    def function(x: Values, y: Values, order: int) -> tuple[Values, Values]:
        rows = -len(x) % place.lanes + len(x)
        flags = cl.mem_flags.READ_ONLY | cl.mem_flags.COPY_HOST_PTR
        held = [cl.Buffer(place.context, flags, hostbuf=np.resize(values, rows)) for values in (x, y)]
        found = []
        for part in ("real", "imag"):
            result = np.empty(rows)
            kept = cl.Buffer(place.context, cl.mem_flags.WRITE_ONLY, result.nbytes)
            cl.Kernel(built, f"over_{part}_{order}")(place.queue, (rows // place.lanes,), (1,), *held, kept)
            cl.enqueue_copy(place.queue, result, kept)
            found.append(result[: len(x)])
        return found[0], found[1]

    return function


@pytest.fixture(scope="module", params=["c", "cuda", "opencl"])
def function(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Function:
    """The function in double precision: of C loops, of single values anywhere, and of OpenCL's vectors."""
    if request.param == "opencl":
        return _rows()
    return _library(request.param, "c", tmp_path_factory.mktemp("faddeeva"))


@pytest.fixture(scope="module")
def metal(tmp_path_factory: pytest.TempPathFactory) -> Function:
    return _library("metal", "metal", tmp_path_factory.mktemp("faddeeva"))


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
