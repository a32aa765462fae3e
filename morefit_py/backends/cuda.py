"""CUDA through PyCUDA: kernels compiled by nvcc for the device at hand, in its primary context."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from morefit_py.codegen.layout import OrderLayout
from morefit_py.codegen.render import Source
from morefit_py.errors import BackendError
from morefit_py.runtime.backend import Array, AxisData, Backend, Buffers, Device, Executable
from morefit_py.runtime.cache import digest
from morefit_py.runtime.columns import column_arrays, moment_values
from morefit_py.runtime.nvcc import FLAGS, NO_NVCC, compile_cubin, find_nvcc, nvcc_version
from morefit_py.runtime.program import Program

# Threads of a block, as the dialect's kernels are written for.
_ITEMS = 256
_NO_PYCUDA = (
    "PyCUDA cannot be imported ({}); `pip install 'morefit-py[cuda]'` on a machine with an NVIDIA GPU"
)

# Arguments of the kernels, in the letters of Python's struct: P a pointer, q a whole number.
_SCALARS, _LOOP, _COMBINE = "P", "PPqP", "PqPq"


@dataclass
class CudaBuffers(Buffers):
    """Everything on the device, the page-locked ends of its copies, and one evaluation's launches."""

    context: Any
    kept: list[Any]
    states: dict[int, Any]
    results: dict[int, Array]
    theta: Array
    launches: dict[int, list[Callable[[], object]]]

    def release(self) -> None:
        self.launches.clear()
        self.states.clear()
        self.results.clear()
        with _current(self.context):
            for allocation in self.kept:
                allocation.free()
        self.kept.clear()


class CudaExecutable(Executable):
    """A module loaded into the primary context of one device."""

    def __init__(self, program: Program, source: Source, cubin: bytes, device: Device) -> None:
        import pycuda.driver as drv

        self.device = device
        self.program = program
        self.source = source
        self.context = _primary_context(device.index)
        with _current(self.context):
            self._module = drv.module_from_buffer(cubin)
            self._stream = drv.Stream()

    def upload(self, data: Mapping[str, AxisData]) -> Buffers:
        import pycuda.driver as drv

        with _current(self.context):
            theta = drv.pagelocked_empty(max(1, len(self.source.layout.parameters)), np.float64)
        buffers = CudaBuffers(self.context, [], {}, {}, theta, {})
        try:
            with _current(self.context):
                self._fill(buffers, data)
        except drv.MemoryError as problem:
            buffers.release()
            raise BackendError(f"{self.device.name} has no memory for the data: {problem}") from problem
        return buffers

    def _fill(self, buffers: CudaBuffers, data: Mapping[str, AxisData]) -> None:
        import pycuda.driver as drv

        layout = self.source.layout
        moments = moment_values(layout, self.program.axes, data)
        tables = {axis: self._columns(axis, data[axis], buffers.kept) for axis in layout.axes}
        for order, held in layout.orders.items():
            state = np.zeros(held.state_size)
            state[held.first_moment : held.first_moment + len(held.moments)] = moments[list(held.moments)]
            buffers.states[order] = self._sent(state, buffers.kept)
            buffers.results[order] = drv.pagelocked_empty(held.results, np.float64)
            buffers.launches[order] = list(self._launches(held, buffers.states[order], tables, data, buffers))

    def _allocated(self, size: int, kept: list[Any]) -> Any:
        import pycuda.driver as drv

        kept.append(drv.mem_alloc(max(size, 8)))
        return kept[-1]

    def _sent(self, values: Any, kept: list[Any]) -> Any:
        import pycuda.driver as drv

        allocation = self._allocated(values.nbytes, kept)
        drv.memcpy_htod(allocation, values)
        return allocation

    def _columns(self, axis: str, data: AxisData, kept: list[Any]) -> Any:
        """The columns of an axis on the device, and there the table of their addresses."""
        arrays = column_arrays(self.source.layout, axis, data, self.program.axes)
        columns = [self._sent(array, kept) for array in arrays]
        return self._sent(np.array([int(column) for column in columns] or [0], dtype=np.uint64), kept)

    def _launches(
        self,
        order: OrderLayout,
        state: Any,
        tables: Mapping[str, Any],
        data: Mapping[str, AxisData],
        buffers: CudaBuffers,
    ) -> Iterator[Callable[[], object]]:
        """One launch a kernel, all in one stream, with every argument bound once."""
        for phase in order.phases:
            if phase.axis is None:
                yield self._launch(phase.function, _SCALARS, 1, 1, int(state))
                continue
            rows = data[phase.axis].rows
            chunks = max(1, -(-rows // self.source.layout.chunk))
            partials = int(self._allocated(8 * chunks * phase.sums, buffers.kept))
            table = int(tables[phase.axis])
            yield self._launch(phase.function, _LOOP, chunks, _ITEMS, int(state), table, rows, partials)
            first = phase.first_sum
            yield self._launch(
                "mf_combine", _COMBINE, phase.sums, _ITEMS, partials, chunks, int(state), first
            )

    def _launch(
        self, name: str, kinds: str, blocks: int, threads: int, *arguments: int
    ) -> Callable[[], object]:
        function = self._module.get_function(name)
        function.prepare(kinds)
        grid, block = (blocks, 1), (threads, 1, 1)
        return partial(function.prepared_async_call, grid, block, self._stream, *arguments)

    def run(self, buffers: Buffers, theta: Array, order: int) -> Array:
        import pycuda.driver as drv

        assert isinstance(buffers, CudaBuffers)
        if order not in buffers.states:
            raise BackendError("these buffers were released")
        held = self.source.layout.orders[order]
        state, results = int(buffers.states[order]), buffers.results[order]
        buffers.theta[: len(theta)] = theta
        with _current(self.context):
            drv.memcpy_htod_async(state + 8 * held.first_parameter, buffers.theta, self._stream)
            for launch in buffers.launches[order]:
                launch()
            drv.memcpy_dtoh_async(results, state, self._stream)
            self._stream.synchronize()
        return results.copy()


class CudaBackend(Backend):
    """NVIDIA's GPUs."""

    name = "cuda"
    dialect = "cuda"
    best_rank = 10

    def devices(self) -> list[Device]:
        try:
            found = _all_devices()
        except ImportError as problem:
            return [self._missing(_NO_PYCUDA.format(problem))]
        except Exception as problem:  # A driver may fail in ways of its own.
            return [self._missing(f"the CUDA driver cannot be used ({problem}); see `nvidia-smi`")]
        lacking = "" if find_nvcc() else NO_NVCC
        return [
            Device(self.name, device.name(), "gpu", self.best_rank, lacking, index)
            for index, device in enumerate(found)
        ] or [self._missing("no NVIDIA GPU is visible; see `nvidia-smi` and CUDA_VISIBLE_DEVICES")]

    def _missing(self, problem: str) -> Device:
        return Device(self.name, "CUDA", "gpu", self.best_rank, problem)

    def compile(self, program: Program, device: Device) -> Executable:
        source = program.source(self.dialect)
        architecture = _architecture(device.index)
        key = digest("binary", source.text, nvcc_version(), architecture, *FLAGS)
        built = []

        def build(folder: Path) -> dict[str, str]:
            built.append(key)
            (folder / "source.cu").write_text(source.text)
            compile_cubin(folder / "source.cu", folder / "kernel.cubin", architecture)
            return {
                "model": program.digest,
                "backend": self.name,
                "compiler": nvcc_version(),
                "flags": " ".join((*FLAGS, f"-arch={architecture}")),
            }

        entry = program.cache.get_or_build(key, build)
        made = CudaExecutable(program, source, entry.read("kernel.cubin"), device)
        made.cache_key, made.from_cache = key, not built
        return made


def _all_devices() -> list[Any]:
    import pycuda.driver as drv

    drv.init()
    return [drv.Device(index) for index in range(drv.Device.count())]


def _architecture(index: int) -> str:
    major, minor = _all_devices()[index].compute_capability()
    return f"sm_{major}{minor}"


@cache
def _primary_context(index: int) -> Any:
    """The context that every library in this process shares."""
    return _all_devices()[index].retain_primary_context()


@contextmanager
def _current(context: Any) -> Iterator[None]:
    context.push()
    try:
        yield
    finally:
        context.pop()


BACKEND = CudaBackend()
