"""The machine's own C compiler: one shared library a model, threads over fixed chunks of rows."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.codegen.layout import TABULATED, OrderLayout
from morefit_py.codegen.render import Source
from morefit_py.errors import BackendError
from morefit_py.runtime.arranged import arranged_batch
from morefit_py.runtime.axis_data import Array, AxisData, BatchAxis
from morefit_py.runtime.backend import Backend, Buffers, Device, Executable
from morefit_py.runtime.cache import digest
from morefit_py.runtime.columns import Blocks, column_arrays, moment_values
from morefit_py.runtime.program import Program
from morefit_py.runtime.threads import over_chunks, parts_of, thread_count
from morefit_py.runtime.toolchain import compile_library, find_toolchain

# Small data sets a thread needs before a second one pays for its hand-over.
_SETS_PER_THREAD = 8
_POINTER, _LONG = ctypes.c_void_p, ctypes.c_long


@dataclass
class CBuffers(Buffers):
    """Columns, their addresses, states and partial sums; one evaluation's worth of calls each order."""

    kept: list[NDArray[Any]]
    states: dict[int, Array]
    calls: dict[int, list[Callable[[], None]]]

    def release(self) -> None:
        self.kept.clear()
        self.states.clear()
        self.calls.clear()


@dataclass
class CBatch(Buffers):
    """Data sets side by side: their columns, addresses and bounds, and a row of state for each, by order."""

    kept: list[NDArray[Any]]
    columns: NDArray[np.uintp]
    bounds: NDArray[np.uintp]
    states: dict[int, Array]
    longest: int

    def release(self) -> None:
        self.kept.clear()
        self.states.clear()


class CExecutable(Executable):
    """A loaded library."""

    def __init__(self, program: Program, source: Source, library: Path, device: Device) -> None:
        self.device = device
        self.program = program
        self.source = source
        self.threads = thread_count()
        self._library = ctypes.CDLL(str(library))
        self._combine = self._function("mf_combine", _POINTER, _LONG, _LONG, _POINTER)

    def _function(self, name: str, *types: object) -> Callable[..., None]:
        found = getattr(self._library, name)
        found.argtypes = types
        found.restype = None
        return found  # type: ignore[no-any-return]

    def upload(self, data: Mapping[str, AxisData]) -> Buffers:
        layout = self.source.layout
        buffers = CBuffers([], {}, {})
        columns = {axis: column_arrays(layout, axis, data[axis], self.program.axes) for axis in layout.axes}
        moments = moment_values(layout, self.program.axes, data)
        addresses = {}
        for axis, arrays in columns.items():
            buffers.kept += arrays
            addresses[axis] = np.array([array.ctypes.data for array in arrays] or [0], dtype=np.uintp)
            buffers.kept.append(addresses[axis])
        for order, held in layout.orders.items():
            state = np.zeros(held.state_size)
            last = held.first_moment + len(held.moments)
            state[held.first_moment : last] = moments[list(held.moments)]
            buffers.states[order] = state
            if self._is_small(columns, data):
                call = self._one_call(order, state, addresses, data, buffers.kept)
                buffers.calls[order] = [call]
            else:
                buffers.calls[order] = self._calls(held, state, columns, addresses, data, buffers.kept)
        return buffers

    def _is_small(self, columns: Mapping[str, list[Array]], data: Mapping[str, AxisData]) -> bool:
        """Whether one thread goes through all rows, none of them on disk."""
        chunk = self.source.layout.chunk
        return all(
            Blocks(held, 1, chunk).in_memory and parts_of(-(-data[axis].rows // chunk), self.threads) == 1
            for axis, held in columns.items()
        )

    def _one_call(
        self,
        order: int,
        state: Array,
        addresses: Mapping[str, NDArray[np.uintp]],
        data: Mapping[str, AxisData],
        kept: list[NDArray[Any]],
    ) -> Callable[[], None]:
        """All phases as a batch of one data set: calls from Python would take longer than its rows."""
        layout = self.source.layout
        rows = [data[axis].rows for axis in layout.axes]
        bounds = [np.array([0, held], dtype=np.dtype("l")) for held in rows]
        columns = np.array([addresses[axis].ctypes.data for axis in layout.axes], dtype=np.uintp)
        tables = np.array([bound.ctypes.data for bound in bounds], dtype=np.uintp)
        only = np.zeros(1, dtype=np.dtype("l"))
        partials = np.empty(self._room(order, max(rows, default=0)))
        kept += [*bounds, columns, tables, only, partials]
        before = [array.ctypes.data for array in (state, columns, tables, only)]
        return _bound(self._batch(order), *before, 0, 1, partials.ctypes.data)

    def _batch(self, order: int) -> Callable[..., None]:
        """The function that evaluates data sets side by side."""
        return self._function(
            f"mf_batch_{order}", _POINTER, _POINTER, _POINTER, _POINTER, _LONG, _LONG, _POINTER
        )

    def _room(self, order: int, rows: int) -> int:
        """The partial sums that the longest loop of an order leaves."""
        layout = self.source.layout
        sums = max((phase.sums for phase in layout.orders[order].phases), default=0)
        return max(1, max(1, -(-rows // layout.chunk)) * sums)

    def _calls(
        self,
        order: OrderLayout,
        state: Array,
        columns: Mapping[str, list[Array]],
        addresses: Mapping[str, NDArray[np.uintp]],
        data: Mapping[str, AxisData],
        kept: list[NDArray[Any]],
    ) -> list[Callable[[], None]]:
        """One call a phase, with every address bound once."""
        base = state.ctypes.data
        calls: list[Callable[[], None]] = []
        for phase in order.phases:
            if phase.axis is None:
                calls.append(_bound(self._function(phase.function, _POINTER), base))
                continue
            rows = data[phase.axis].rows
            function = self._function(phase.function, _POINTER, _POINTER, _LONG, _LONG, _LONG, _POINTER)
            table = addresses[phase.axis].ctypes.data
            if phase.points:
                parts = Blocks([], -(-rows // TABULATED), TABULATED)
                there = base + 8 * phase.first_sum
                calls.append(_looped(function, base, table, rows, there, parts, self.threads))
                continue
            chunks = -(-rows // self.source.layout.chunk)
            partials = np.zeros(max(1, chunks) * phase.sums)
            kept.append(partials)
            partial = partials.ctypes.data
            read = [columns[phase.axis][number] for number in phase.columns]
            blocks = Blocks(read, chunks, self.source.layout.chunk)
            calls.append(_looped(function, base, table, rows, partial, blocks, self.threads))
            calls.append(_bound(self._combine, partial, chunks, phase.sums, base + 8 * phase.first_sum))
        return calls

    def run(self, buffers: Buffers, theta: Array, order: int) -> Array:
        assert isinstance(buffers, CBuffers)
        if order not in buffers.states:
            raise BackendError("these buffers were released")
        held = self.source.layout.orders[order]
        state = buffers.states[order]
        state[held.first_parameter : held.first_parameter + len(theta)] = theta
        for call in buffers.calls[order]:
            call()
        return state[: held.results].copy()

    def upload_batch(self, data: Mapping[str, BatchAxis], sets: int) -> Buffers:
        layout = self.source.layout
        held = arranged_batch(layout, self.program.axes, data, sets)
        kept: list[NDArray[Any]] = []
        tables, bounds = [], []
        for axis in layout.axes:
            columns = held.columns(axis)
            table = np.array([column.ctypes.data for column in columns] or [0], dtype=np.uintp)
            bound = np.ascontiguousarray(held.bounds[axis], dtype=np.dtype("l"))
            kept += [*columns, table, bound]
            tables.append(table.ctypes.data)
            bounds.append(bound.ctypes.data)
        states = {order: held.states(places) for order, places in layout.orders.items()}
        longest = max((data[axis].longest for axis in layout.axes), default=0)
        return CBatch(
            kept, np.array(tables, dtype=np.uintp), np.array(bounds, dtype=np.uintp), states, longest
        )

    def run_batch(self, buffers: Buffers, theta: Array, sets: NDArray[np.intp], order: int) -> Array:
        assert isinstance(buffers, CBatch)
        if order not in buffers.states:
            raise BackendError("these buffers were released")
        layout = self.source.layout
        held, states = layout.orders[order], buffers.states[order]
        states[sets, held.first_parameter : held.first_parameter + theta.shape[1]] = theta
        numbers = np.ascontiguousarray(sets, dtype=np.dtype("l"))
        chunks = max(1, -(-buffers.longest // layout.chunk))
        room = self._room(order, buffers.longest)
        run = self._batch(order)
        pointers = states, buffers.columns, buffers.bounds, numbers
        addresses = [array.ctypes.data for array in pointers]

        def part(first: int, last: int) -> None:
            partials = np.empty(room)
            run(*addresses, first, last, partials.ctypes.data)

        over_chunks(part, len(numbers), self.threads, least=max(1, _SETS_PER_THREAD // chunks))
        return states[sets, : held.results]


def _bound(function: Callable[..., None], *args: int) -> Callable[[], None]:
    def call() -> None:
        function(*args)

    return call


def _looped(
    loop: Callable[..., None],
    state: int,
    columns: int,
    rows: int,
    results: int,
    blocks: Blocks,
    threads: int,
) -> Callable[[], None]:
    def call() -> None:
        for begin, end in blocks:

            def part(first: int, last: int, begin: int = begin) -> None:
                loop(state, columns, rows, begin + first, begin + last, results)

            over_chunks(part, end - begin, threads)

    return call


class CBackend(Backend):
    """Any C compiler; the fast path on a processor."""

    name = "c"
    dialect = "c"
    best_rank = 30
    survives_fork = True

    def devices(self) -> list[Device]:
        try:
            found = find_toolchain()
        except BackendError as problem:
            return [Device(self.name, "C compiler", "cpu", self.best_rank, str(problem))]
        return [Device(self.name, found.version, "cpu", self.best_rank)]

    def compile(self, program: Program, device: Device) -> Executable:
        source = program.source(self.dialect)
        toolchain = find_toolchain()
        key = digest("binary", source.text, toolchain.identity)
        built = []

        def build(folder: Path) -> dict[str, str]:
            built.append(key)
            (folder / "source.c").write_text(source.text)
            compile_library(toolchain, folder / "source.c", folder / "kernel.so")
            return {
                "model": program.digest,
                "backend": self.name,
                "compiler": toolchain.version,
                "flags": " ".join(toolchain.flags),
            }

        entry = program.cache.get_or_build(key, build)
        made = CExecutable(program, source, entry.path("kernel.so"), device)
        made.cache_key, made.from_cache = key, not built
        return made


BACKEND = CBackend()
