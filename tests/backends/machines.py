"""Every way kernels can be run here: the machine's own devices, and GPUs played by its processor."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from morefit_py.backends import cuda, opencl
from morefit_py.runtime.backend import backend
from morefit_py.runtime.choose import Choice
from tests.backends.fake_metal import metal
from tests.backends.fake_pycuda import pycuda
from tests.backends.shim import compile_cuda

Machine = Callable[[pytest.MonkeyPatch, Path], Choice]


def _here(name: str) -> Machine:
    def machine(patch: pytest.MonkeyPatch, folder: Path) -> Choice:
        held = backend(name)
        usable = [device for device in held.devices() if device.usable]
        if not usable:
            pytest.skip(f"{name}: {held.devices()[0].problem}")
        return Choice(held, usable[0], "tested")

    return machine


def _opencl_gpu(patch: pytest.MonkeyPatch, folder: Path) -> Choice:
    """Groups of one-row work items, as on a GPU, run by whatever OpenCL device is here."""
    choice = _here("opencl")(patch, folder)
    place = opencl.place_of(choice.device.index, choice.device.kind)
    gpu = replace(place, options=("-DMF_LANES=1", "-DMF_ITEMS=2"), lanes=1, items=2)
    patch.setattr(opencl, "place_of", lambda index, kind: gpu)
    return replace(choice, device=replace(choice.device, kind="gpu"))


def _cuda(patch: pytest.MonkeyPatch, folder: Path) -> Choice:
    """CUDA's host code and kernels, with a shared library in the place of each cubin."""
    for name, module in pycuda(folder).items():
        patch.setitem(sys.modules, name, module)
    patch.setattr(cuda, "find_nvcc", lambda: "nvcc")
    patch.setattr(cuda, "nvcc_version", lambda: "shim")
    patch.setattr(cuda, "compile_cubin", lambda source, cubin, architecture: compile_cuda(source, cubin))
    cuda._primary_context.cache_clear()
    (device,) = cuda.BACKEND.devices()
    return Choice(cuda.BACKEND, device, "tested")


def _metal(patch: pytest.MonkeyPatch, folder: Path) -> Choice:
    patch.setitem(sys.modules, "Metal", metal())
    patch.setattr(sys, "platform", "darwin")
    (device,) = backend("metal").devices()
    return Choice(backend("metal"), device, "tested")


MACHINES: dict[str, Machine] = {
    "c": _here("c"),
    "opencl": _here("opencl"),
    "opencl as on a GPU": _opencl_gpu,
    "cuda as C++": _cuda,
    "metal as C++": _metal,
}
# Those that compute in double precision.
DOUBLE = [name for name in MACHINES if not name.startswith("metal")]
# Work groups of several items take PoCL long to compile.
QUICK = [name for name in MACHINES if name != "opencl as on a GPU"]


@contextmanager
def at(name: str, folder: Path) -> Iterator[Choice]:
    """One of the machines, as long as the context lasts; skips the test where it cannot be."""
    with pytest.MonkeyPatch.context() as patch:
        yield MACHINES[name](patch, folder)
