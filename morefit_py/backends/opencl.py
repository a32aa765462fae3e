"""OpenCL through PyOpenCL: GPUs, and processors by way of PoCL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from morefit_py.codegen.layout import OrderLayout
from morefit_py.codegen.render import Source
from morefit_py.errors import BackendError
from morefit_py.runtime import pocl
from morefit_py.runtime.backend import Array, AxisData, Backend, Buffers, Device, Executable
from morefit_py.runtime.cache import digest
from morefit_py.runtime.columns import column_arrays, moment_values
from morefit_py.runtime.opencl_devices import Place, all_devices, is_pocl, others_than_pocl, place_of
from morefit_py.runtime.opencl_program import build_program, load_program, program_binary
from morefit_py.runtime.program import Program

_REMEDY = "`pip install 'morefit-py[opencl]'` brings PyOpenCL and PoCL"
_GPU_RANK, _CPU_RANK = 20, 40


@dataclass
class OpenclBuffers(Buffers):
    """Columns, states and partial sums on the device; one evaluation's worth of launches each order."""

    kept: list[Any]
    states: dict[int, Any]
    launches: dict[int, list[Callable[[], object]]]

    def release(self) -> None:
        self.launches.clear()
        self.states.clear()
        for buffer in self.kept:
            buffer.release()
        self.kept.clear()


class OpenclExecutable(Executable):
    """A program built for one device."""

    def __init__(self, program: Program, source: Source, built: Any, place: Place, device: Device) -> None:
        self.device = device
        self.program = program
        self.source = source
        self.place = place
        self._built = built

    def upload(self, data: Mapping[str, AxisData]) -> Buffers:
        import pyopencl as cl

        buffers = OpenclBuffers([], {}, {})
        try:
            self._fill(buffers, data)
        except (cl.MemoryError, cl.LogicError) as problem:
            buffers.release()
            raise BackendError(f"{self.device.name} cannot hold the data: {problem}") from problem
        return buffers

    def _fill(self, buffers: OpenclBuffers, data: Mapping[str, AxisData]) -> None:
        layout = self.source.layout
        moments = moment_values(layout, self.program.axes, data)
        columns = {axis: self._columns(axis, data[axis], buffers.kept) for axis in layout.axes}
        for order, held in layout.orders.items():
            state = np.zeros(held.state_size)
            state[held.first_moment : held.first_moment + len(held.moments)] = moments[list(held.moments)]
            buffers.states[order] = self._buffer(state.nbytes, buffers.kept)
            self._copy(buffers.states[order], state)
            buffers.launches[order] = list(
                self._launches(held, buffers.states[order], columns, data, buffers)
            )
        self.place.queue.finish()

    def _buffer(self, size: int, kept: list[Any]) -> Any:
        import pyopencl as cl

        kept.append(cl.Buffer(self.place.context, cl.mem_flags.READ_WRITE, max(size, 8)))
        return kept[-1]

    def _copy(self, buffer: Any, values: Array, first: int = 0) -> None:
        import pyopencl as cl

        cl.enqueue_copy(self.place.queue, buffer, values, dst_offset=8 * first)

    def _columns(self, axis: str, data: AxisData, kept: list[Any]) -> tuple[Any, int]:
        """The columns of an axis, one after the other, and how far apart they begin.

        A processor reads a single column where it lies.
        """
        import pyopencl as cl

        arrays = column_arrays(self.source.layout, axis, data, self.program.axes)
        stride = max(data.rows, self.place.lanes)
        if self.device.kind == "cpu" and len(arrays) == 1 and stride == data.rows:
            flags = cl.mem_flags.READ_ONLY | cl.mem_flags.USE_HOST_PTR
            kept.append(cl.Buffer(self.place.context, flags, hostbuf=arrays[0]))
            return kept[-1], stride
        buffer = self._buffer(8 * stride * len(arrays), kept)
        for number, array in enumerate(arrays):
            self._copy(buffer, array, stride * number)
        return buffer, stride

    def _launches(
        self,
        order: OrderLayout,
        state: Any,
        columns: Mapping[str, tuple[Any, int]],
        data: Mapping[str, AxisData],
        buffers: OpenclBuffers,
    ) -> Iterator[Callable[[], object]]:
        """One launch a kernel, with every argument bound once."""
        for phase in order.phases:
            if phase.axis is None:
                yield self._launch(phase.function, 1, 1, state)
                continue
            rows = data[phase.axis].rows
            chunks = max(1, -(-rows // self.source.layout.chunk))
            partials = self._buffer(8 * chunks * phase.sums, buffers.kept)
            block, stride = columns[phase.axis]
            numbers = np.int64(stride), np.int64(rows)
            items = self.place.items
            yield self._launch(phase.function, chunks, items, state, block, *numbers, partials)
            first = np.int64(phase.first_sum)
            yield self._launch("mf_combine", phase.sums, items, partials, np.int64(chunks), state, first)

    def _launch(self, function: str, groups: int, items: int, *arguments: Any) -> Callable[[], object]:
        import pyopencl as cl

        kernel = cl.Kernel(self._built, function)
        kernel.set_args(*arguments)
        return partial(cl.enqueue_nd_range_kernel, self.place.queue, kernel, (groups * items,), (items,))

    def run(self, buffers: Buffers, theta: Array, order: int) -> Array:
        import pyopencl as cl

        assert isinstance(buffers, OpenclBuffers)
        if order not in buffers.states:
            raise BackendError("these buffers were released")
        held = self.source.layout.orders[order]
        state, queue = buffers.states[order], self.place.queue
        results = np.empty(held.results)
        cl.enqueue_copy(queue, state, theta, dst_offset=8 * held.first_parameter, is_blocking=False)
        for launch in buffers.launches[order]:
            launch()
        cl.enqueue_copy(queue, results, state)
        return results


class OpenclBackend(Backend):
    """Any OpenCL device with double precision."""

    name = "opencl"
    dialect = "opencl"

    @property
    def best_rank(self) -> int:  # type: ignore[override]
        """A processor's rank where PoCL is all there is: then nothing need be loaded to know it."""
        return _GPU_RANK if others_than_pocl() else _CPU_RANK

    def devices(self) -> list[Device]:
        try:
            found = [self._device(index, device) for index, device in enumerate(all_devices())]
        except Exception as problem:  # A driver may fail in ways of its own.
            return [Device(self.name, "OpenCL", "cpu", _CPU_RANK, f"{_first_line(problem)}; {_REMEDY}")]
        if found:
            return found
        return [Device(self.name, "OpenCL", "cpu", _CPU_RANK, f"no OpenCL platform has a device; {_REMEDY}")]

    def _device(self, index: int, device: Any) -> Device:
        import pyopencl as cl

        is_gpu = bool(device.type & cl.device_type.GPU)
        name = f"{device.name.strip()} ({device.platform.name.strip()})"
        problem = ""
        if "cl_khr_fp64" not in device.extensions:
            problem = f"{name} has no double precision; use another device"
        elif is_pocl(device.platform) and not is_gpu:
            problem = pocl.problem(device.version.strip(), device.int_ptr)
        kind, rank = ("gpu", _GPU_RANK) if is_gpu else ("cpu", _CPU_RANK)
        return Device(self.name, name, kind, rank, problem, index)

    def compile(self, program: Program, device: Device) -> Executable:
        source = program.source(self.dialect)
        place = place_of(device.index, device.kind)
        key = digest("binary", source.text, place.identity)
        built: list[Any] = []

        def build(folder: Path) -> dict[str, str]:
            built.append(build_program(place.context, place.device, source.text, place.options))
            (folder / "source.cl").write_text(source.text)
            (folder / "kernel.bin").write_bytes(program_binary(built[0]))
            return {
                "model": program.digest,
                "backend": self.name,
                "device": device.name,
                "flags": " ".join(place.options),
            }

        entry = program.cache.get_or_build(key, build)
        made = built[0] if built else load_program(place.context, place.device, entry.read("kernel.bin"))
        executable = OpenclExecutable(program, source, made, place, device)
        executable.cache_key, executable.from_cache = key, not built
        return executable


def _first_line(problem: Exception) -> str:
    if isinstance(problem, ImportError):
        return f"PyOpenCL cannot be imported ({problem})"
    return next(iter(str(problem).strip().splitlines()), type(problem).__name__)


BACKEND = OpenclBackend()
