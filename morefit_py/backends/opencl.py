"""OpenCL through PyOpenCL: GPUs, and processors by way of PoCL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.codegen.layout import OrderLayout
from morefit_py.codegen.render import Source
from morefit_py.errors import BackendError
from morefit_py.runtime import pocl
from morefit_py.runtime.arranged import Arranged, arranged, arranged_batch
from morefit_py.runtime.axis_data import Array, AxisData, BatchAxis
from morefit_py.runtime.backend import Backend, Buffers, Device, Executable
from morefit_py.runtime.cache import digest
from morefit_py.runtime.opencl_devices import Place, all_devices, is_pocl, others_than_pocl, place_of
from morefit_py.runtime.opencl_program import build_program, load_program, program_binary
from morefit_py.runtime.program import Program

_REMEDY = "`pip install 'morefit-py[opencl]'` brings PyOpenCL and PoCL"
_GPU_RANK, _CPU_RANK = 20, 40


@dataclass
class OpenclBuffers(Buffers):
    """Columns, states and partial sums of `count` data sets on the device, and an evaluation's launches."""

    count: int
    kept: list[Any]
    sets: Any
    values: Any
    states: dict[int, Any]
    launches: dict[int, list[Callable[[int], object]]]

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
        return self._uploaded(arranged(self.source.layout, self.program.axes, data))

    def upload_batch(self, data: Mapping[str, BatchAxis], sets: int) -> Buffers:
        return self._uploaded(arranged_batch(self.source.layout, self.program.axes, data, sets))

    def _uploaded(self, data: Arranged) -> OpenclBuffers:
        import pyopencl as cl

        buffers = OpenclBuffers(data.sets, [], None, None, {}, {})
        try:
            self._fill(buffers, data)
        except (cl.MemoryError, cl.LogicError) as problem:
            buffers.release()
            raise BackendError(f"{self.device.name} cannot hold the data: {problem}") from problem
        return buffers

    def _fill(self, buffers: OpenclBuffers, data: Arranged) -> None:
        layout, kept, count = self.source.layout, buffers.kept, buffers.count
        most = max([len(layout.parameters), *(held.results for held in layout.orders.values())])
        buffers.sets, buffers.values = self._buffer(8 * count, kept), self._buffer(8 * count * most, kept)
        self._copy(buffers.sets, np.arange(count, dtype=np.int64))
        columns = {axis: self._columns(axis, data, kept) for axis in layout.axes}
        rows = {axis: self._sent(data.bounds[axis], kept) for axis in layout.axes}
        chunks = {axis: data.chunks(axis) for axis in layout.axes}
        for order, held in layout.orders.items():
            buffers.states[order] = self._sent(data.states(held), kept)
            buffers.launches[order] = list(self._launches(held, buffers, order, columns, rows, chunks))
        self.place.queue.finish()

    def _buffer(self, size: int, kept: list[Any]) -> Any:
        import pyopencl as cl

        kept.append(cl.Buffer(self.place.context, cl.mem_flags.READ_WRITE, max(size, 8)))
        return kept[-1]

    def _copy(self, buffer: Any, values: Any, first: int = 0) -> None:
        import pyopencl as cl

        cl.enqueue_copy(self.place.queue, buffer, values, dst_offset=8 * first)

    def _sent(self, values: Any, kept: list[Any]) -> Any:
        buffer = self._buffer(values.nbytes, kept)
        self._copy(buffer, values)
        return buffer

    def _columns(self, axis: str, data: Arranged, kept: list[Any]) -> tuple[Any, int]:
        """The columns of an axis, one after the other, and how far apart they begin.

        A processor reads a single column of one data set where it lies. A vector may reach beyond the last
        row.
        """
        import pyopencl as cl

        arrays, rows = data.columns(axis), data.data[axis].rows
        if self.device.kind == "cpu" and len(arrays) == data.sets == 1 and rows >= self.place.lanes:
            flags = cl.mem_flags.READ_ONLY | cl.mem_flags.USE_HOST_PTR
            kept.append(cl.Buffer(self.place.context, flags, hostbuf=arrays[0]))
            return kept[-1], rows
        stride = rows + self.place.lanes
        buffer = self._buffer(8 * stride * len(arrays), kept)
        for number, array in enumerate(arrays):
            self._copy(buffer, array, stride * number)
        return buffer, stride

    def _launches(
        self,
        order: OrderLayout,
        buffers: OpenclBuffers,
        number: int,
        columns: Mapping[str, tuple[Any, int]],
        bounds: Mapping[str, Any],
        chunks: Mapping[str, int],
    ) -> Iterator[Callable[[int], object]]:
        """One launch a kernel, for so many data sets, with every argument bound once."""
        states, sets, items = buffers.states[number], buffers.sets, self.place.items
        size = np.int64(order.state_size)
        if buffers.count > 1:
            given = (
                np.int64(order.first_parameter),
                buffers.values,
                np.int64(len(self.source.layout.parameters)),
            )
            yield self._each("mf_enter", states, sets, size, *given)
        for phase in order.phases:
            if phase.axis is None:
                yield self._each(phase.function, states, sets)
                continue
            if phase.points:
                groups = -(-phase.points // (items * self.place.lanes))
                block, stride = columns[phase.axis]
                yield self._launch(phase.function, groups, items, states, sets, block, np.int64(stride))
                continue
            groups = chunks[phase.axis]
            partials = self._buffer(8 * groups * phase.sums * buffers.count, buffers.kept)
            block, stride = columns[phase.axis]
            rows = np.int64(stride), bounds[phase.axis]
            yield self._launch(phase.function, groups, items, states, sets, block, *rows, partials)
            held = partials, np.int64(groups), states, sets, size, np.int64(phase.first_sum)
            yield self._launch("mf_combine", phase.sums, items, *held)
        if buffers.count > 1:
            yield self._each("mf_fetch", states, sets, size, buffers.values, np.int64(order.results))

    def _launch(self, function: str, groups: int, items: int, *arguments: Any) -> Callable[[int], object]:
        import pyopencl as cl

        kernel, queue = self._kernel(function, arguments), self.place.queue
        return lambda count: cl.enqueue_nd_range_kernel(queue, kernel, (groups * items, count), (items, 1))

    def _each(self, function: str, *arguments: Any) -> Callable[[int], object]:
        """A launch of one work item a data set."""
        import pyopencl as cl

        kernel, queue = self._kernel(function, arguments), self.place.queue
        return lambda count: cl.enqueue_nd_range_kernel(queue, kernel, (count,), (1,))

    def _kernel(self, function: str, arguments: Sequence[Any]) -> Any:
        import pyopencl as cl

        kernel = cl.Kernel(self._built, function)
        kernel.set_args(*arguments)
        return kernel

    def run(self, buffers: Buffers, theta: Array, order: int) -> Array:
        row: Array = self.run_batch(buffers, theta[None], np.zeros(1, dtype=np.intp), order)[0]
        return row

    def run_batch(self, buffers: Buffers, theta: Array, sets: NDArray[np.intp], order: int) -> Array:
        import pyopencl as cl

        assert isinstance(buffers, OpenclBuffers)
        if order not in buffers.states:
            raise BackendError("these buffers were released")
        held, queue = self.source.layout.orders[order], self.place.queue
        results = np.empty((len(sets), held.results))
        given = np.ascontiguousarray(theta)
        if buffers.count == 1:
            # What there is one of goes into its state, and comes out of it, as it is.
            into, place = buffers.states[order], 8 * held.first_parameter
            out = into
        else:
            into, place, out = buffers.values, 0, buffers.values
            numbers = np.ascontiguousarray(sets, dtype=np.int64)
            cl.enqueue_copy(queue, buffers.sets, numbers, is_blocking=False)
        cl.enqueue_copy(queue, into, given, dst_offset=place, is_blocking=False)
        for launch in buffers.launches[order]:
            launch(len(sets))
        cl.enqueue_copy(queue, results, out)
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
