"""A model's negative log-likelihood on data, compiled: value, gradient and Hessian."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from morefit_py.codegen.render import Source
from morefit_py.errors import BackendError, DataError, FitError, nearest
from morefit_py.graph.symbols import WEIGHT
from morefit_py.model.dataset import Dataset
from morefit_py.model.labels import labels
from morefit_py.model.model import Model
from morefit_py.model.nll import nll
from morefit_py.model.survey import check_densities
from morefit_py.runtime.backend import AxisData, Executable
from morefit_py.runtime.choose import AUTO, Choice, choose
from morefit_py.runtime.program import Program

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# Memory that precomputed columns may take beside the data.
COLUMN_BUDGET = 1 << 30
# More columns than any model of a page has: budgets beyond it are all the same to the compiler.
_PLENTY = 256


class Likelihood:
    """The negative log-likelihood of a model on data, on one device.

    Parameters are in the order of `parameters`; vectors have shape (P,), matrices (P, P).
    """

    def __init__(self, model: Model, data: Mapping[str, Dataset], program: Program, choice: Choice) -> None:
        self.model = model
        self.data = dict(data)
        self.program = program
        self.choice = choice
        self.executable: Executable = choice.backend.compile(program, choice.device)
        self._buffers = self.executable.upload(_axis_data(program, self.data))
        self._lock = threading.Lock()
        self._size = len(program.parameters)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        return tuple(parameter.name for parameter in self.program.parameters)

    @property
    def initial(self) -> Vector:
        return np.array([parameter.init for parameter in self.program.parameters])

    @property
    def lower(self) -> Vector:
        return np.array([parameter.low for parameter in self.program.parameters])

    @property
    def upper(self) -> Vector:
        return np.array([parameter.high for parameter in self.program.parameters])

    @property
    def fixed(self) -> NDArray[np.bool_]:
        return np.array([parameter.fixed for parameter in self.program.parameters], dtype=bool)

    def evaluate(self, theta: Vector, order: int) -> tuple[float, Vector | None, Matrix | None]:
        """The NLL, with its gradient for order >= 1 and its Hessian for order 2.

        Raises FitError for a vector of the wrong length.
        """
        point = np.ascontiguousarray(theta, dtype=np.float64)
        if point.shape != (self._size,):
            names = ", ".join(self.parameters)
            raise FitError(f"expected {self._size} values ({names}), found shape {point.shape}")
        with self._lock:
            results = self.executable.run(self._buffers, point, order)
        if order == 0:
            return float(results[0]), None, None
        gradient = results[1 : 1 + self._size]
        if order == 1:
            return float(results[0]), gradient, None
        hessian = np.empty((self._size, self._size))
        hessian[self._triangle] = results[1 + self._size :]
        hessian.T[self._triangle] = results[1 + self._size :]
        return float(results[0]), gradient, hessian

    @cached_property
    def _triangle(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        return np.triu_indices(self._size)

    def source(self, dialect: str | None = None) -> Source:
        """The source in a dialect; without one, the one the backend in use runs.

        Raises BackendError where that backend runs the graph itself.
        """
        spoken = dialect or self.choice.backend.dialect
        if spoken is None:
            raise BackendError(f"backend {self.choice.backend.name!r} runs the graph itself: name a dialect")
        return self.program.source(spoken)

    def release(self) -> None:
        """Give the data's memory on the device back; the likelihood cannot be evaluated any more."""
        self._buffers.release()


def likelihood(
    model: Model,
    data: Dataset | Mapping[str, Dataset],
    backend: str = AUTO,
    column_budget: int = COLUMN_BUDGET,
) -> Likelihood:
    """Compile a model for its data.

    `column_budget` bounds, in bytes, the data-only columns precomputed beside the data. Raises
    ModelError, DataError or BackendError, each naming place and remedy, before anything is fitted.
    """
    held = checked(model, data)
    choice = choose(backend)
    return Likelihood(model, held, program(model, held, column_budget), choice)


def checked(model: Model, data: Dataset | Mapping[str, Dataset]) -> dict[str, Dataset]:
    """The data by channel, after every check that needs no compiler.

    Raises ModelError for a density that is none, DataError for data that cannot be fitted.
    """
    held = _by_channel(model, data)
    for channel, observables in model.observables.items():
        held[channel].check(observables)
    check_densities(model)
    return held


def program(model: Model, data: Mapping[str, Dataset], column_budget: int = COLUMN_BUDGET) -> Program:
    """The program of a model on data of this size, not compiled yet."""
    weighted = {name for name, dataset in data.items() if dataset.weights is not None}
    rows = max(len(dataset) for dataset in data.values())
    columns = min(column_budget // (8 * rows), _PLENTY)
    return Program(nll(model, weighted), model.parameters, columns, labels(model))


def _by_channel(model: Model, data: Dataset | Mapping[str, Dataset]) -> dict[str, Dataset]:
    if isinstance(data, Dataset):
        if len(model.channels) > 1:
            names = ", ".join(model.channels)
            raise DataError(f"the model has channels {names}: give a mapping from channel to data set")
        return {next(iter(model.channels)): data}
    for name in data:
        if name not in model.channels:
            raise DataError(f"data for an unknown channel {name!r}{nearest(name, model.channels)}")
    for name in model.channels:
        if name not in data:
            raise DataError(f"no data for the channel {name!r}{nearest(name, data)}")
    return {name: data[name] for name in model.channels}


def _axis_data(program: Program, data: Mapping[str, Dataset]) -> dict[str, AxisData]:
    found = {}
    for name, axis in program.axes.items():
        if axis.rows:
            found[name] = AxisData(axis.rows, len(next(iter(axis.rows.values()))))
            continue
        dataset = data[name]
        columns = dict(dataset.columns)
        if dataset.weights is not None:
            columns[WEIGHT] = dataset.weights
        found[name] = AxisData(columns, len(dataset))
    return found
