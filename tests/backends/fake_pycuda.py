"""As much of PyCUDA's driver interface as the backend uses, over kernels compiled for this processor."""

from __future__ import annotations

import ctypes
import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from tests.backends.shim import address, grid_launcher


class FakeError(Exception):
    pass


class Context:
    """A context that knows how deep it lies on the stack."""

    depth = 0

    def push(self) -> None:
        Context.depth += 1

    @staticmethod
    def pop() -> None:
        Context.depth -= 1


class Device:
    def __init__(self, index: int) -> None:
        assert index == 0

    @staticmethod
    def count() -> int:
        return 1

    def name(self) -> str:
        return "Fake GPU"

    def compute_capability(self) -> tuple[int, int]:
        return 9, 0

    def retain_primary_context(self) -> Context:
        return Context()


class Allocation:
    alive = 0

    def __init__(self, size: int) -> None:
        _check()
        # What was there before must not matter.
        self.held = np.full(size, 0xFF, dtype=np.uint8)
        Allocation.alive += 1

    def __int__(self) -> int:
        return self.held.ctypes.data

    def free(self) -> None:
        _check()
        Allocation.alive -= 1
        del self.held


class Stream:
    def synchronize(self) -> None:
        _check()


class Function:
    def __init__(self, library: ctypes.CDLL, name: str) -> None:
        self._launch = grid_launcher(library)
        self._kernel = address(library, name)

    def prepare(self, kinds: str) -> None:
        self._kinds = kinds

    def prepared_async_call(
        self, grid: tuple[int, int], block: tuple[int, int, int], stream: Stream, *arguments: int
    ) -> None:
        _check()
        assert isinstance(stream, Stream)
        assert len(grid) == 2
        assert block[1:] == (1, 1)
        assert len(arguments) == len(self._kinds)
        packed = struct.pack(self._kinds, *arguments).ljust(48, b"\0")
        self._launch(self._kernel, *grid, block[0], packed)


class Module:
    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library

    def get_function(self, name: str) -> Function:
        return Function(self._library, name)


def _check() -> None:
    assert Context.depth == 1, "the device is used outside its context, or contexts pile up"


def pycuda(folder: Path) -> dict[str, ModuleType]:
    """The modules to put into `sys.modules`; "cubins" are shared libraries and unpacked in `folder`."""

    def module_from_buffer(binary: bytes) -> Module:
        _check()
        path = folder / f"module{len(list(folder.glob('*.so')))}.so"
        path.write_bytes(binary)
        return Module(ctypes.CDLL(str(path)))

    def copy_in(destination: Any, source: np.ndarray[Any, Any], stream: Stream | None = None) -> None:
        _check()
        ctypes.memmove(int(destination), source.ctypes.data, source.nbytes)

    def copy_out(destination: np.ndarray[Any, Any], source: Any, stream: Stream | None = None) -> None:
        _check()
        ctypes.memmove(destination.ctypes.data, int(source), destination.nbytes)

    driver, package = ModuleType("pycuda.driver"), ModuleType("pycuda")
    held = {
        "init": lambda: None,
        "Device": Device,
        "Context": Context,
        "Stream": Stream,
        "MemoryError": FakeError,
        "mem_alloc": Allocation,
        "module_from_buffer": module_from_buffer,
        "memcpy_htod": copy_in,
        "memcpy_htod_async": copy_in,
        "memcpy_dtoh_async": copy_out,
        "pagelocked_empty": lambda count, kind: np.full(count, np.nan, dtype=kind),
    }
    for name, value in held.items():
        setattr(driver, name, value)
    package.driver = driver  # type: ignore[attr-defined]
    return {"pycuda": package, "pycuda.driver": driver}
