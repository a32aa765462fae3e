"""OpenCL programs: built, stored, loaded again; failures in the compiler's words."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from morefit_py.errors import BackendError
from morefit_py.runtime import opencl_program, pocl
from morefit_py.runtime.opencl_program import build_program, load_program, program_binary

pocl.prepare()
cl = pytest.importorskip("pyopencl")

TEXT = "__kernel void twice(__global float *x) { x[get_global_id(0)] *= FACTOR; }"


@pytest.fixture(scope="module")
def device() -> Any:
    from morefit_py.runtime.backend import backend

    held = backend("opencl")
    usable = [found for found in held.devices() if found.usable]
    if not usable:
        pytest.skip(held.devices()[0].problem)
    return [each for platform in cl.get_platforms() for each in platform.get_devices()][usable[0].index]


@pytest.fixture(scope="module")
def context(device: Any) -> Any:
    return cl.Context([device])


def doubled(context: Any, program: Any) -> list[float]:
    queue = cl.CommandQueue(context)
    values = np.array([1.0, 2.5], dtype=np.float32)
    flags = cl.mem_flags.READ_WRITE | cl.mem_flags.COPY_HOST_PTR
    buffer = cl.Buffer(context, flags, hostbuf=values)
    kernel = cl.Kernel(program, "twice")
    kernel.set_args(buffer)
    cl.enqueue_nd_range_kernel(queue, kernel, (2,), (1,))
    cl.enqueue_copy(queue, values, buffer)
    return values.tolist()


def test_a_stored_program_runs_as_the_built_one(context: Any, device: Any) -> None:
    built = build_program(context, device, TEXT, ["-DFACTOR=2.0f"])
    assert doubled(context, built) == [2.0, 5.0]
    assert doubled(context, load_program(context, device, program_binary(built))) == [2.0, 5.0]


def test_a_very_long_program_is_not_optimised(
    context: Any, device: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opencl_program, "_LONGEST", 10)
    built = build_program(context, device, TEXT, ["-DFACTOR=3.0f"])
    assert "-cl-opt-disable" in built.get_build_info(device, cl.program_build_info.OPTIONS)
    assert doubled(context, built) == [3.0, 7.5]


def test_what_the_compiler_says_is_told(context: Any, device: Any) -> None:
    with pytest.raises(BackendError, match=r"could not compile a kernel:(.|\n)*FACTOR"):
        build_program(context, device, TEXT, [])


def test_what_is_no_binary_is_refused(context: Any, device: Any) -> None:
    with pytest.raises(BackendError, match="could not load a stored kernel"):
        load_program(context, device, b"no program at all")


def test_more_constants_than_a_gpu_has_room_for() -> None:
    gpu = SimpleNamespace(name="small GPU", type=cl.device_type.GPU, max_constant_buffer_size=64)
    text = "__constant double mf_array1[9] = {" + ", ".join(["1.0"] * 9) + "};\n"
    with pytest.raises(BackendError, match="small GPU has room for 64 bytes of constants"):
        build_program(None, gpu, text, ())
