"""OpenCL's devices, and how kernels are built and shared out on each kind."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from morefit_py.runtime import pocl
from morefit_py.runtime.toolchain import processor

# Where drivers announce themselves; PyOpenCL's wheel brings PoCL without it.
_VENDORS = Path("/etc/OpenCL/vendors")
# A vector of rows for a processor; a group of one-row work items for a GPU.
_PROCESSOR = ("-DMF_LANES=8", "-DMF_ITEMS=1")
_GPU = ("-DMF_LANES=1", "-DMF_ITEMS=256")


@dataclass(frozen=True)
class Place:
    """A device as PyOpenCL knows it, its queue, and how kernels are built and shared out on it."""

    context: Any
    queue: Any
    device: Any
    options: tuple[str, ...]
    lanes: int
    items: int

    @property
    def identity(self) -> str:
        """What a compiled kernel depends on beside its source."""
        platform, device = self.device.platform, self.device
        held = (platform.name, platform.version, device.name, device.version, device.driver_version)
        # Processors of one name may differ in their instructions.
        return "\0".join((*held, *self.options, processor() if self.lanes > 1 else ""))


def all_devices() -> list[Any]:
    """Every device of every platform, in PyOpenCL's order; raises whatever PyOpenCL and drivers do."""
    pocl.prepare()
    import pyopencl as cl

    return [device for platform in cl.get_platforms() for device in platform.get_devices()]


@cache
def place_of(index: int, kind: str) -> Place:
    """The device of this number in `all_devices`, ready for work."""
    import pyopencl as cl

    device = all_devices()[index]
    context = cl.Context([device])
    queue = cl.CommandQueue(context, device)
    if kind == "gpu":
        return Place(context, queue, device, _GPU, lanes=1, items=256)
    return Place(context, queue, device, _PROCESSOR, lanes=8, items=1)


def is_pocl(platform: Any) -> bool:
    """Whether a platform is PoCL's."""
    return str(platform.name).startswith("Portable Computing Language")


def others_than_pocl() -> bool:
    """Whether a driver other than PoCL may be there, told from files alone."""
    if not sys.platform.startswith("linux") or {"OCL_ICD_VENDORS", "OPENCL_VENDOR_PATH"} & os.environ.keys():
        return True
    return any("pocl" not in path.name.lower() for path in _VENDORS.glob("*.icd"))
