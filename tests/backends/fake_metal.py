"""As much of PyObjC's Metal as the backend uses, over kernels compiled for this processor."""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from types import ModuleType
from typing import Any

import numpy as np

from tests.backends.shim import address, compile_metal, launcher


class Options:
    fast_math = True

    @classmethod
    def alloc(cls) -> Options:
        return cls()

    def init(self) -> Options:
        return self

    def setFastMathEnabled_(self, enabled: bool) -> None:  # noqa: N802
        self.fast_math = enabled


class Contents:
    def __init__(self, memory: Any) -> None:
        self._memory = memory

    def as_buffer(self, size: int) -> memoryview:
        return memoryview(self._memory)[:size]


class Buffer:
    def __init__(self, size: int) -> None:
        self.memory = bytearray(b"\xff" * size)
        self.address = np.frombuffer(self.memory, dtype=np.uint8).ctypes.data

    def contents(self) -> Contents:
        return Contents(self.memory)


class Function:
    def __init__(self, library: ctypes.CDLL, name: str) -> None:
        self.launch = launcher(library)
        self.address = address(library, name)


class Library:
    def __init__(self, path: Path) -> None:
        self._library = ctypes.CDLL(str(path))

    def newFunctionWithName_(self, name: str) -> Function:  # noqa: N802
        return Function(self._library, name)


class Encoder:
    def __init__(self, command: Command) -> None:
        self._command = command
        self._buffers: dict[int, Buffer] = {}

    def setComputePipelineState_(self, pipeline: Function) -> None:  # noqa: N802
        self._pipeline = pipeline

    def setBuffer_offset_atIndex_(self, buffer: Buffer, offset: int, index: int) -> None:  # noqa: N802
        assert offset == 0
        self._buffers[index] = buffer

    def dispatchThreadgroups_threadsPerThreadgroup_(  # noqa: N802
        self, groups: tuple[int, int, int], threads: tuple[int, int, int]
    ) -> None:
        addresses = [self._buffers[index].address for index in range(4)]
        table = (ctypes.c_void_p * 4)(*addresses)
        pipeline = self._pipeline
        self._command.work = lambda: pipeline.launch(pipeline.address, groups[0], threads[0], table)

    def endEncoding(self) -> None:  # noqa: N802
        self._command.ready = True


class Command:
    ready = False
    committed = False
    work: Any = None

    def computeCommandEncoder(self) -> Encoder:  # noqa: N802
        return Encoder(self)

    def commit(self) -> None:
        assert self.ready
        self.committed = True

    def waitUntilCompleted(self) -> None:  # noqa: N802
        assert self.committed
        self.work()

    def error(self) -> None:
        return None


class Queue:
    def commandBuffer(self) -> Command:  # noqa: N802
        return Command()


@cache
def _compiled(text: str) -> Library:
    """A source is compiled once for all tests, as a Mac does."""
    path = Path(mkdtemp()) / "library"
    path.with_suffix(".metal").write_text(text)
    compile_metal(path.with_suffix(".metal"), path.with_suffix(".so"))
    return Library(path.with_suffix(".so"))


class Device:
    def name(self) -> str:
        return "Fake Mac"

    def newCommandQueue(self) -> Queue:  # noqa: N802
        return Queue()

    def newLibraryWithSource_options_error_(  # noqa: N802
        self, text: str, options: Options, error: None
    ) -> tuple[Library, None]:
        assert not options.fast_math, "compensated sums would be simplified away"
        return _compiled(text), None

    def newComputePipelineStateWithFunction_error_(  # noqa: N802
        self, function: Function, error: None
    ) -> tuple[Function, None]:
        return function, None

    def newBufferWithLength_options_(self, size: int, options: int) -> Buffer:  # noqa: N802
        return Buffer(size)


def metal() -> ModuleType:
    """The module to put into `sys.modules`."""
    made = ModuleType("Metal")
    device = Device()
    made.MTLCopyAllDevices = lambda: [device]  # type: ignore[attr-defined]
    made.MTLCreateSystemDefaultDevice = lambda: device  # type: ignore[attr-defined]
    made.MTLCompileOptions = Options  # type: ignore[attr-defined]
    made.MTLResourceStorageModeShared = 0  # type: ignore[attr-defined]
    made.MTLSizeMake = lambda x, y, z: (x, y, z)  # type: ignore[attr-defined]
    return made
