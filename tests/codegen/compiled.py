"""Helper functions of kernels compiled by themselves, to be called on arrays."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
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

Values = NDArray[Any]
# By the name of a call: its values at x and y.
Function = Callable[[str, Values, Values], Values]

_HEADS = {
    "c": "#include <math.h>\n#include <stdbool.h>\n#include <stdint.h>\n#include <string.h>\n",
    "metal": "#include <metal_stdlib>\nusing namespace metal;\n",
}
_LOOP = """
{export} void over_{name}(long rows, const {real} *x, const {real} *y, {real} *result)
{{
    for (long i = 0; i < rows; ++i)
        result[i] = {call};
}}
"""
_KERNEL = """
MF_KERNEL over_{name}(__global const double *x, __global const double *y, __global double *result)
{{
    const long i = MF_LANES * get_global_id(0);
    const mf_real value = {call};
    for (int k = 0; k < MF_LANES; ++k)
        result[i + k] = ((const double *)&value)[k];
}}
"""


def _texts(name: str, function: str) -> list[str]:
    """The helpers of a function in a dialect."""
    spoken = dialect(name)
    known = {"real": spoken.real, **spoken.options}
    return [_environment().get_template(file).render(known) for file in spoken.helpers[function]]


def library(name: str, head: str, helper: str, calls: Mapping[str, str], folder: Path) -> Function:
    """A helper of the dialect `name`, compiled as `head` ("c" or "metal"); `calls` are on {x} and {y}."""
    spoken = dialect(name)
    export = 'extern "C"' if head == "metal" else '__attribute__((visibility("default")))'
    loops = [
        _LOOP.format(export=export, real=spoken.real, name=key, call=call.format(x="x[i]", y="y[i]", rows=""))
        for key, call in calls.items()
    ]
    source, built = folder / f"{name}.{head}", folder / f"{name}.so"
    define = "#define MF_FUNCTION static inline\n"
    source.write_text("\n".join([_HEADS[head], define, *_texts(name, helper), *loops]))
    if head == "metal":
        compile_metal(source, built)
    else:
        try:
            compile_library(find_toolchain(), source, built)
        except BackendError as problem:
            pytest.skip(str(problem))
    held = ctypes.CDLL(str(built))
    kind = np.float32 if spoken.float_bits == 32 else np.float64

    def function(key: str, x: Values, y: Values) -> Values:
        at = [np.ascontiguousarray(values, dtype=kind) for values in (x, y)]
        result = np.empty_like(at[0])
        places = [ctypes.c_void_p(values.ctypes.data) for values in (*at, result)]
        getattr(held, f"over_{key}")(ctypes.c_long(len(result)), *places)
        return result

    return function


def rows(helper: str, calls: Mapping[str, str]) -> Function:
    """The form of OpenCL for vectors of rows, or of single rows on a GPU; {rows} ends a function's name."""
    usable = [device for device in opencl.BACKEND.devices() if device.usable]
    if not usable:
        pytest.skip("no OpenCL device")
    import pyopencl as cl

    place = opencl.place_of(usable[0].index, usable[0].kind)
    spoken = dialect("opencl")
    at = {"x": "mf_load(x, i)", "y": "mf_load(y, i)", "rows": "_rows"}
    text = (
        _environment()
        .get_template("opencl/module.j2")
        .render(
            header=[],
            helpers=_texts("opencl", f"{helper}_rows"),
            phases=[_KERNEL.format(name=key, call=call.format(**at)) for key, call in calls.items()],
            chunk=spoken.chunk,
            most_sums=1,
            **spoken.options,
        )
    )
    options = [f"-DMF_LANES={place.lanes}", "-DMF_ITEMS=1"]
    built = build_program(place.context, place.device, text, options)

    def function(key: str, x: Values, y: Values) -> Values:
        size = -len(x) % place.lanes + len(x)
        flags = cl.mem_flags.READ_ONLY | cl.mem_flags.COPY_HOST_PTR
        held = [cl.Buffer(place.context, flags, hostbuf=np.resize(values, size)) for values in (x, y)]
        result = np.empty(size)
        kept = cl.Buffer(place.context, cl.mem_flags.WRITE_ONLY, result.nbytes)
        cl.Kernel(built, f"over_{key}")(place.queue, (size // place.lanes,), (1,), *held, kept)
        cl.enqueue_copy(place.queue, result, kept)
        return result[: len(x)]

    return function
