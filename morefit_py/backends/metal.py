"""Metal on Macs, through PyObjC: loops in single precision on the GPU, the rest in double on the host."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.codegen.layout import TABULATED, OrderLayout, Phase
from morefit_py.codegen.render import Source
from morefit_py.errors import BackendError
from morefit_py.kernel.plan import KernelPlan, Scalars
from morefit_py.runtime.axis_data import Array, AxisData
from morefit_py.runtime.backend import Backend, Buffers, Device, Executable
from morefit_py.runtime.cache import digest
from morefit_py.runtime.columns import column_arrays, moment_values
from morefit_py.runtime.host_scalars import run_scalars
from morefit_py.runtime.program import Program

Single = NDArray[np.float32]
Step = Callable[[], None]

_NO_PYOBJC = "Metal needs PyObjC ({}); `pip install pyobjc-framework-Metal`"
# Threads of a group, as the dialect's kernels are written for.
_ITEMS = 256


@dataclass
class MetalBuffers(Buffers):
    """Columns and partial sums, shared with the GPU; states on the host; the steps of one evaluation."""

    kept: list[Any]
    states: dict[int, Array]
    steps: dict[int, list[Step]]

    def release(self) -> None:
        self.steps.clear()
        self.states.clear()
        self.kept.clear()


@dataclass(frozen=True)
class Shared:
    """Memory that host and GPU both see, as the host sees it."""

    buffer: Any
    view: NDArray[Any]


class MetalExecutable(Executable):
    """The loops of a program as compute pipelines, and its plans for the host."""

    def __init__(self, program: Program, source: Source, device: Device) -> None:
        self.device = device
        self.program = program
        self.source = source
        self._gpu = _all_devices()[device.index]
        self._queue = self._gpu.newCommandQueue()
        self._pipelines = dict(self._compiled())

    def _compiled(self) -> Iterator[tuple[str, Any]]:
        metal = _framework()
        options = metal.MTLCompileOptions.alloc().init()
        # Compensated sums must not be simplified away.
        options.setFastMathEnabled_(False)
        library, problem = self._gpu.newLibraryWithSource_options_error_(self.source.text, options, None)
        if library is None:
            raise BackendError(f"{self.device.name} could not compile a kernel: {problem}")
        phases = [phase for held in self.source.layout.orders.values() for phase in held.phases if phase.axis]
        for phase in phases:
            function = library.newFunctionWithName_(phase.function)
            pipeline, problem = self._gpu.newComputePipelineStateWithFunction_error_(function, None)
            if pipeline is None:
                raise BackendError(f"{self.device.name} could not prepare {phase.function}: {problem}")
            yield phase.function, pipeline

    def upload(self, data: Mapping[str, AxisData]) -> Buffers:
        layout = self.source.layout
        moments = moment_values(layout, self.program.axes, data)
        buffers = MetalBuffers([], {}, {})
        columns = {axis: self._columns(axis, data[axis], buffers.kept) for axis in layout.axes}
        for order, held in layout.orders.items():
            state = np.zeros(held.state_size)
            state[held.first_moment : held.first_moment + len(held.moments)] = moments[list(held.moments)]
            buffers.states[order] = state
            plan = self.program.plans[order]
            buffers.steps[order] = list(self._steps(held, plan, state, columns, data, buffers.kept))
        return buffers

    def _shared(self, count: int, kind: type[np.generic], kept: list[Any]) -> Shared:
        metal = _framework()
        size = max(count, 1) * np.dtype(kind).itemsize
        buffer = self._gpu.newBufferWithLength_options_(size, metal.MTLResourceStorageModeShared)
        if buffer is None:
            raise BackendError(f"{self.device.name} has no memory for {size} bytes")
        kept.append(buffer)
        return Shared(buffer, np.frombuffer(buffer.contents().as_buffer(size), dtype=kind))

    def _columns(self, axis: str, data: AxisData, kept: list[Any]) -> tuple[Shared, Shared]:
        """The columns of an axis one after the other, and how far apart they begin and end."""
        arrays = column_arrays(self.source.layout, axis, data, self.program.axes)
        block = self._shared(len(arrays) * data.rows, np.float32, kept)
        for number, array in enumerate(arrays):
            block.view[number * data.rows : (number + 1) * data.rows] = array
        shape = self._shared(2, np.int64, kept)
        shape.view[:] = data.rows
        return block, shape

    def _steps(
        self,
        order: OrderLayout,
        plan: KernelPlan,
        state: Array,
        columns: Mapping[str, tuple[Shared, Shared]],
        data: Mapping[str, AxisData],
        kept: list[Any],
    ) -> Iterator[Step]:
        single = self._shared(len(state), np.float32, kept)
        for phase, planned in zip(order.phases, plan.phases, strict=True):
            if isinstance(planned, Scalars):
                yield partial(run_scalars, planned, state)
                continue
            assert phase.axis is not None
            block, shape = columns[phase.axis]
            if phase.points:
                tables = self._shared(phase.points * phase.sums, np.float32, kept)
                yield partial(self._tabulate, phase, state, single, (block, shape, tables))
                continue
            chunks = max(1, -(-data[phase.axis].rows // self.source.layout.chunk))
            partials = self._shared(2 * chunks * phase.sums, np.float32, kept)
            yield partial(self._loop, phase, state, single, (block, shape, partials), chunks)

    def _tabulate(
        self, phase: Phase, state: Array, single: Shared, others: tuple[Shared, Shared, Shared]
    ) -> None:
        """Run one tabulation and wait; its tables are kept with the state."""
        self._run(phase, state, single, others, -(-phase.points // TABULATED), TABULATED)
        values = others[2].view
        state[phase.first_sum : phase.first_sum + len(values)] = values

    def _loop(
        self, phase: Phase, state: Array, single: Shared, others: tuple[Shared, Shared, Shared], chunks: int
    ) -> None:
        """Run one loop and wait; its partial sums are added here, in double precision."""
        self._run(phase, state, single, others, chunks, _ITEMS)
        found = others[2].view.reshape(chunks, phase.sums, 2).astype(np.float64)
        total, lost = found[..., 0], found[..., 1]
        sums = np.where(np.isfinite(total), total + lost, total).sum(axis=0)
        state[phase.first_sum : phase.first_sum + phase.sums] = sums

    def _run(
        self,
        phase: Phase,
        state: Array,
        single: Shared,
        others: tuple[Shared, Shared, Shared],
        groups: int,
        threads: int,
    ) -> None:
        metal = _framework()
        with np.errstate(over="ignore"):
            single.view[:] = state
        command = self._queue.commandBuffer()
        encoder = command.computeCommandEncoder()
        encoder.setComputePipelineState_(self._pipelines[phase.function])
        for index, shared in enumerate((single, *others)):
            encoder.setBuffer_offset_atIndex_(shared.buffer, 0, index)
        encoder.dispatchThreadgroups_threadsPerThreadgroup_(
            metal.MTLSizeMake(groups, 1, 1), metal.MTLSizeMake(threads, 1, 1)
        )
        encoder.endEncoding()
        command.commit()
        command.waitUntilCompleted()
        if command.error() is not None:
            raise BackendError(f"{self.device.name} failed in {phase.function}: {command.error()}")

    def run(self, buffers: Buffers, theta: Array, order: int) -> Array:
        assert isinstance(buffers, MetalBuffers)
        if order not in buffers.states:
            raise BackendError("these buffers were released")
        held = self.source.layout.orders[order]
        state = buffers.states[order]
        state[held.first_parameter : held.first_parameter + len(theta)] = theta
        for step in buffers.steps[order]:
            step()
        return state[: held.results].copy()


class MetalBackend(Backend):
    """Apple's GPUs."""

    name = "metal"
    dialect = "metal"
    # After the C compiler, whose double precision is worth more than speed to a fit.
    best_rank = 35

    def devices(self) -> list[Device]:
        if sys.platform != "darwin":
            return [self._missing("Metal exists on macOS only")]
        try:
            found = _all_devices()
        except ImportError as problem:
            return [self._missing(_NO_PYOBJC.format(problem))]
        except Exception as problem:  # A driver may fail in ways of its own.
            return [self._missing(f"Metal cannot be used: {problem}")]
        return [
            Device(self.name, str(device.name()), "gpu", self.best_rank, "", index)
            for index, device in enumerate(found)
        ] or [self._missing("Metal has no device")]

    def _missing(self, problem: str) -> Device:
        return Device(self.name, "Metal", "gpu", self.best_rank, problem)

    def compile(self, program: Program, device: Device) -> Executable:
        """The system keeps what it compiles; only the source is in our cache."""
        source = program.source(self.dialect)
        made = MetalExecutable(program, source, device)
        made.cache_key = digest("source", source.text)
        return made


def _framework() -> Any:
    return import_module("Metal")


def _all_devices() -> list[Any]:
    metal = _framework()
    found = list(metal.MTLCopyAllDevices())
    return found or [device for device in [metal.MTLCreateSystemDefaultDevice()] if device is not None]


BACKEND = MetalBackend()
