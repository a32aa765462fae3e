"""CUDA through PyCUDA: kernels compiled by nvcc for the device at hand, in its primary context."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.codegen.layout import TABULATED, OrderLayout
from morefit_py.codegen.render import Source
from morefit_py.errors import BackendError
from morefit_py.runtime.arranged import Arranged, arranged, arranged_batch
from morefit_py.runtime.axis_data import Array, AxisData, BatchAxis
from morefit_py.runtime.backend import Backend, Buffers, Device, Executable
from morefit_py.runtime.cache import digest
from morefit_py.runtime.nvcc import FLAGS, NO_NVCC, compile_cubin, find_nvcc, nvcc_version
from morefit_py.runtime.program import Program

# Threads of a block, as the dialect's kernels are written for.
_ITEMS = 256
_NO_PYCUDA = (
    "PyCUDA cannot be imported ({}); `pip install 'morefit-py[cuda]'` on a machine with an NVIDIA GPU"
)

# Arguments of the kernels, in the letters of Python's struct: P a pointer, q a whole number.
_SCALARS, _TABLES, _LOOP, _COMBINE, _ENTER, _FETCH = "PP", "PPP", "PPPPP", "PqPPqq", "PPqqPq", "PPqPq"
# Data sets of one launch, which CUDA bounds.
_MOST = 32768


@dataclass
class CudaBuffers(Buffers):
    """Data sets side by side on the device, the page-locked ends of copies, and an evaluation's launches."""

    context: Any
    count: int
    kept: list[Any]
    sets: int
    values: int
    states: dict[int, int]
    results: dict[int, Array]
    theta: Array
    launches: dict[int, list[Callable[[int], object]]]

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
        return self._uploaded(arranged(self.source.layout, self.program.axes, data))

    def upload_batch(self, data: Mapping[str, BatchAxis], sets: int) -> Buffers:
        return self._uploaded(arranged_batch(self.source.layout, self.program.axes, data, sets))

    def _uploaded(self, data: Arranged) -> CudaBuffers:
        import pycuda.driver as drv

        layout, count = self.source.layout, data.sets
        with _current(self.context):
            theta = drv.pagelocked_empty((count, len(layout.parameters)), np.float64)
        buffers = CudaBuffers(self.context, count, [], 0, 0, {}, {}, theta, {})
        try:
            with _current(self.context):
                self._fill(buffers, data)
        except drv.MemoryError as problem:
            buffers.release()
            raise BackendError(f"{self.device.name} has no memory for the data: {problem}") from problem
        return buffers

    def _fill(self, buffers: CudaBuffers, data: Arranged) -> None:
        import pycuda.driver as drv

        layout, kept, count = self.source.layout, buffers.kept, buffers.count
        most = max([len(layout.parameters), *(held.results for held in layout.orders.values())])
        buffers.sets = self._sent(np.arange(count, dtype=np.int64), kept)
        buffers.values = self._allocated(8 * count * most, kept)
        tables = {axis: self._columns(data.columns(axis), kept) for axis in layout.axes}
        rows = {axis: self._sent(data.bounds[axis], kept) for axis in layout.axes}
        chunks = {axis: data.chunks(axis) for axis in layout.axes}
        for order, held in layout.orders.items():
            buffers.states[order] = self._sent(data.states(held), kept)
            buffers.results[order] = drv.pagelocked_empty((count, held.results), np.float64)
            buffers.launches[order] = list(self._launches(held, buffers, order, tables, rows, chunks))

    def _allocated(self, size: int, kept: list[Any]) -> int:
        import pycuda.driver as drv

        kept.append(drv.mem_alloc(max(size, 8)))
        return int(kept[-1])

    def _sent(self, values: Any, kept: list[Any]) -> int:
        import pycuda.driver as drv

        allocation = self._allocated(values.nbytes, kept)
        drv.memcpy_htod(allocation, values)
        return allocation

    def _columns(self, arrays: Sequence[Array], kept: list[Any]) -> int:
        """Columns on the device, and there the table of their addresses."""
        columns = [self._sent(array, kept) for array in arrays]
        return self._sent(np.array(columns or [0], dtype=np.uint64), kept)

    def _launches(
        self,
        order: OrderLayout,
        buffers: CudaBuffers,
        number: int,
        tables: Mapping[str, int],
        bounds: Mapping[str, int],
        chunks: Mapping[str, int],
    ) -> Iterator[Callable[[int], object]]:
        """One launch a kernel, for so many data sets, all in one stream, with every argument bound once."""
        states, sets, size = buffers.states[number], buffers.sets, order.state_size
        if buffers.count > 1:
            given = order.first_parameter, buffers.values, len(self.source.layout.parameters)
            yield self._each("mf_enter", _ENTER, states, sets, size, *given)
        for phase in order.phases:
            if phase.axis is None:
                yield self._each(phase.function, _SCALARS, states, sets)
                continue
            if phase.points:
                blocks, given = -(-phase.points // TABULATED), (states, sets, tables[phase.axis])
                yield self._launch(phase.function, _TABLES, blocks, *given, threads=TABULATED)
                continue
            blocks = chunks[phase.axis]
            partials = self._allocated(8 * blocks * phase.sums * buffers.count, buffers.kept)
            held = states, sets, tables[phase.axis], bounds[phase.axis], partials
            yield self._launch(phase.function, _LOOP, blocks, *held)
            rest = partials, blocks, states, sets, size, phase.first_sum
            yield self._launch("mf_combine", _COMBINE, phase.sums, *rest)
        if buffers.count > 1:
            yield self._each("mf_fetch", _FETCH, states, sets, size, buffers.values, order.results)

    def _launch(
        self, name: str, kinds: str, blocks: int, *arguments: int, threads: int = _ITEMS
    ) -> Callable[[int], object]:
        """A launch of so many blocks for each data set."""
        function = self._prepared(name, kinds)
        call, block = function.prepared_async_call, (threads, 1, 1)
        return lambda count: call((blocks, count), block, self._stream, *arguments)

    def _each(self, name: str, kinds: str, *arguments: int) -> Callable[[int], object]:
        """A launch of one thread for each data set."""
        function = self._prepared(name, kinds)
        call, block = function.prepared_async_call, (1, 1, 1)
        return lambda count: call((count, 1), block, self._stream, *arguments)

    def _prepared(self, name: str, kinds: str) -> Any:
        function = self._module.get_function(name)
        function.prepare(kinds)
        return function

    def run(self, buffers: Buffers, theta: Array, order: int) -> Array:
        row: Array = self.run_batch(buffers, theta[None], np.zeros(1, dtype=np.intp), order)[0]
        return row

    def run_batch(self, buffers: Buffers, theta: Array, sets: NDArray[np.intp], order: int) -> Array:
        assert isinstance(buffers, CudaBuffers)
        if order not in buffers.states:
            raise BackendError("these buffers were released")
        found = np.empty((len(sets), self.source.layout.orders[order].results))
        for begin in range(0, len(sets), _MOST):
            some = slice(begin, begin + _MOST)
            found[some] = self._run(buffers, theta[some], sets[some], order)
        return found

    def _run(self, buffers: CudaBuffers, theta: Array, sets: NDArray[np.intp], order: int) -> Array:
        import pycuda.driver as drv

        held, count = self.source.layout.orders[order], len(sets)
        results, given = buffers.results[order][:count], buffers.theta[:count]
        given[:] = theta
        # What there is one of goes into its state, and comes out of it, as it is.
        single = buffers.count == 1
        into = buffers.states[order] + 8 * held.first_parameter if single else buffers.values
        with _current(self.context):
            if not single:
                drv.memcpy_htod(buffers.sets, np.ascontiguousarray(sets, dtype=np.int64))
            drv.memcpy_htod_async(into, given, self._stream)
            for launch in buffers.launches[order]:
                launch(count)
            out = buffers.states[order] if single else buffers.values
            drv.memcpy_dtoh_async(results, out, self._stream)
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
