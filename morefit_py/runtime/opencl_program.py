"""OpenCL programs: built from source, stored as binaries, and loaded again."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from morefit_py.codegen.arrays import code_length, constant_numbers
from morefit_py.errors import BackendError

# Never the relaxed mathematics: results must agree with every other backend's.
_OPTIONS = ("-cl-std=CL1.2",)
# Compilers take more than linear time in the length of a loop: past this size of source, in bytes, a kernel
# that is there at all is worth more than a fast one.
_LONGEST = 2_500_000


def build_program(context: Any, device: Any, text: str, options: Sequence[str]) -> Any:
    """Compile a source for a device; raises BackendError with the compiler's own words.

    It is also raised where the source has more constants than a GPU has room for.
    """
    import pyopencl as cl

    needed = 8 * constant_numbers(text)
    if device.type & cl.device_type.GPU and needed > device.max_constant_buffer_size:
        raise BackendError(
            f"{device.name} has room for {device.max_constant_buffer_size} bytes of constants, but the "
            f"tables and fixed rows of this model need {needed}; use fewer rows, or choose another backend"
        )
    try:
        with warnings.catch_warnings():
            # Compilers talk even when all is well.
            warnings.simplefilter("ignore", UserWarning)
            made = cl.Program(context, text)
            # Asked before it is built, PyOpenCL leaves its own, unverified cache aside.
            made.get_info(cl.program_info.NUM_DEVICES)
            level = ["-cl-opt-disable"] if code_length(text) > _LONGEST else []
            return made.build([*_OPTIONS, *options, *level], [device])
    except cl.Error as problem:
        raise BackendError(f"{device.name} could not compile a kernel: {_brief(problem)}") from problem


def program_binary(built: Any) -> bytes:
    """A program in its device's own form; raises BackendError if the driver cannot finish it."""
    import pyopencl as cl

    try:
        (binary,) = built.get_info(cl.program_info.BINARIES)
    except cl.Error as problem:
        raise BackendError(f"the OpenCL driver could not link a kernel: {_brief(problem)}") from problem
    return bytes(binary)


def load_program(context: Any, device: Any, binary: bytes) -> Any:
    """A program from what `program_binary` returned; raises BackendError if the driver refuses it."""
    import pyopencl as cl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            return cl.Program(context, [device], [binary]).build()
    except cl.Error as problem:
        raise BackendError(
            f"{device.name} could not load a stored kernel: {_brief(problem)}; "
            "`morefit cache clear` removes what is stored"
        ) from problem


def _brief(problem: Exception) -> str:
    """The end of what a compiler said, where its complaints stand."""
    return str(problem).strip()[-2000:]
