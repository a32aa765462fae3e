"""A model's negative log-likelihood on data, compiled: value, gradient and Hessian."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from morefit_py.codegen.render import Source
from morefit_py.errors import BackendError, DataError, FitError, nearest
from morefit_py.graph.symbols import WEIGHT
from morefit_py.model.binned import Binned, Statistic
from morefit_py.model.dataset import Dataset
from morefit_py.model.inside import check_inside
from morefit_py.model.labels import labels
from morefit_py.model.model import Model
from morefit_py.model.nll import nll
from morefit_py.model.survey import Suspect, check_densities, flaws, suspects
from morefit_py.runtime.axis_data import AxisData
from morefit_py.runtime.backend import Executable
from morefit_py.runtime.choose import AUTO, Choice, choose
from morefit_py.runtime.program import ObjectiveProgram, Program

if TYPE_CHECKING:
    from morefit_py.likelihood.scores import Scores

_Kind = TypeVar("_Kind", bound=np.generic)
Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# Memory that precomputed columns may take beside the data.
COLUMN_BUDGET = 1 << 30
# More columns than any model of a page has: budgets beyond it are all the same to the compiler.
PLENTY = 256


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
        self._buffers = self.executable.upload(axis_data(program, self.data))
        self._lock = threading.Lock()
        self._released = False
        self._size = len(program.parameters)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        return tuple(parameter.name for parameter in self.program.parameters)

    @property
    def initial(self) -> Vector:
        return np.array([parameter.init for parameter in self.program.parameters])

    @cached_property
    def lower(self) -> Vector:
        return _read_only(np.array([parameter.low for parameter in self.program.parameters]))

    @cached_property
    def upper(self) -> Vector:
        return _read_only(np.array([parameter.high for parameter in self.program.parameters]))

    @cached_property
    def fixed(self) -> NDArray[np.bool_]:
        return _read_only(np.array([parameter.fixed for parameter in self.program.parameters], dtype=bool))

    def evaluate(self, theta: Vector, order: int) -> tuple[float, Vector | None, Matrix | None]:
        """The NLL, with its gradient for order >= 1 and its Hessian for order 2.

        Raises FitError for a vector of the wrong length.
        """
        point = self._point(theta)
        with self._lock:
            results = self.executable.run(self._buffers, point, order)
        if order == 0:
            return float(results[0]), None, None
        gradient = results[1 : 1 + self._size]
        if order == 1:
            return float(results[0]), gradient, None
        return float(results[0]), gradient, self._symmetric(results[1 + self._size :])

    def flaws(self, theta: Vector) -> tuple[str, ...]:
        """Which densities are negative somewhere or inaccurate, with the place or reason; empty for none."""
        return flaws(self._suspects, dict(zip(self.parameters, theta.tolist(), strict=True)))

    @cached_property
    def _suspects(self) -> list[Suspect]:
        return suspects(self.model)

    def score_products(self, theta: Vector) -> Matrix:
        """sum_i w_i^2 s_i s_i^T plus the Hessian of the constraints, (P, P): how the gradient fluctuates.

        s_i is the gradient of log sum_p nu_p p_p(x_i). It comes from a kernel of its own, which is compiled,
        and given the data, by the first call. Raises FitError for a vector of the wrong length, BackendError
        after a release.
        """
        point = self._point(theta)
        with self._lock:
            if self._released:
                raise BackendError("this likelihood was released; compile the model again")
            return self._symmetric(self._scores.products(point))

    def scores(self, theta: Vector, channel: str) -> Matrix:
        """The gradient of log sum_p nu_p p_p(x_i) for each of the N events of a channel, (N, P), unweighted.

        Computed by NumPy on the host. Raises FitError for a vector of the wrong length, DataError for an
        unknown channel.
        """
        point = self._point(theta)
        if channel not in self.data:
            raise DataError(f"scores: there is no channel {channel!r}{nearest(channel, self.data)}")
        return self._scores.values(point, channel)

    def constraint_hessian(self, theta: Vector) -> Matrix:
        """The part (P, P) of the Hessian that is of constraints; raises FitError as `evaluate` does."""
        return self._symmetric(self._scores.rest(self._point(theta)))

    @cached_property
    def _scores(self) -> Scores:
        from morefit_py.likelihood.scores import Scores

        return Scores(self.model, self.data, self.program, self.choice)

    def _point(self, theta: Vector) -> Vector:
        """The parameters as backends take them; raises FitError for a vector of the wrong length."""
        point = np.ascontiguousarray(theta, dtype=np.float64)
        if point.shape != (self._size,):
            names = ", ".join(self.parameters)
            raise FitError(f"expected {self._size} values ({names}), found shape {point.shape}")
        return point

    def _symmetric(self, upper: Vector) -> Matrix:
        """The symmetric matrix (P, P) with this upper triangle, given by rows."""
        matrix = np.empty((self._size, self._size))
        matrix[self._triangle] = upper
        matrix.T[self._triangle] = upper
        return matrix

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
        with self._lock:
            self._released = True
            if "_scores" in self.__dict__:
                self._scores.release()


def _read_only(array: NDArray[_Kind]) -> NDArray[_Kind]:
    array.setflags(write=False)
    return array


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
        if not isinstance(held[channel], Binned):
            check_inside(channel, model.channels[channel], held[channel])
    check_densities(model)
    return held


def program(
    model: Model, data: Mapping[str, Dataset], column_budget: int = COLUMN_BUDGET
) -> ObjectiveProgram:
    """The program of a model on data of this size, not compiled yet."""
    rows = max(len(dataset) for dataset in data.values())
    columns = min(column_budget // (8 * rows), PLENTY)
    objective = nll(model, weighted(data), binned(data))
    return ObjectiveProgram(objective, model.parameters, columns, labels(model))


def weighted(data: Mapping[str, Dataset]) -> set[str]:
    """The channels whose data carry weights."""
    return {name for name, dataset in data.items() if dataset.weights is not None}


def binned(data: Mapping[str, Dataset]) -> dict[str, Statistic]:
    """The channels whose data are counts in bins, with what is minimised for them."""
    return {name: held.statistic for name, held in data.items() if isinstance(held, Binned)}


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


def axis_data(program: Program, data: Mapping[str, Dataset]) -> dict[str, AxisData]:
    """What a program reads: the data of its channels, and the rows of its own axes."""
    found = {}
    for name, axis in program.axes.items():
        if axis.rows:
            found[name] = AxisData(axis.rows, len(next(iter(axis.rows.values()))))
            continue
        dataset = data[name]
        columns = dict(dataset.columns)
        if dataset.weights is not None:
            columns[WEIGHT] = dataset.weights
        found[name] = AxisData(columns, len(dataset), dataset.folder)
    return found
