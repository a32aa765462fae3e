"""NumPy on the graph itself, before any pass: the meaning every other backend is held to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from morefit_py.graph.meaning import evaluate
from morefit_py.runtime.axis_data import Array, AxisData
from morefit_py.runtime.backend import Backend, Buffers, Device, Executable
from morefit_py.runtime.columns import releasing
from morefit_py.runtime.program import Program


@dataclass
class ReferenceBuffers(Buffers):
    """The columns as they are."""

    columns: dict[str, Mapping[str, Array]]

    def release(self) -> None:
        self.columns.clear()


class ReferenceExecutable(Executable):
    """Evaluates the objective and its derivatives, which are taken but not optimised."""

    def __init__(self, program: Program, device: Device) -> None:
        self.device = device
        self.program = program

    def upload(self, data: Mapping[str, AxisData]) -> Buffers:
        return ReferenceBuffers({name: held.columns for name, held in data.items()})

    def run(self, buffers: Buffers, theta: Array, order: int) -> Array:
        assert isinstance(buffers, ReferenceBuffers)
        names = [parameter.name for parameter in self.program.inputs]
        values = dict(zip(names, theta, strict=True))
        columns = buffers.columns
        found = evaluate(self.program.roots(order), values, columns, done=releasing(columns))
        return np.array(found, dtype=np.float64)


class ReferenceBackend(Backend):
    """Always there, always right, never fast."""

    name = "reference"
    dialect = None
    best_rank = 100
    survives_fork = True

    def devices(self) -> list[Device]:
        return [Device(self.name, f"NumPy {np.__version__}", "cpu", self.best_rank)]

    def compile(self, program: Program, device: Device) -> Executable:
        return ReferenceExecutable(program, device)


BACKEND = ReferenceBackend()
