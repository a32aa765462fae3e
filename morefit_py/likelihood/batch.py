"""The likelihoods of many data sets of one model, compiled once and evaluated together."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import BackendError, DataError, FitError
from morefit_py.graph.build import ZERO, Node, add
from morefit_py.graph.symbols import WEIGHT, Parameter
from morefit_py.likelihood.likelihood import COLUMN_BUDGET, PLENTY, checked
from morefit_py.model.binned import Statistic
from morefit_py.model.labels import labels
from morefit_py.model.model import Model
from morefit_py.model.nll import nll
from morefit_py.model.scores import event_terms
from morefit_py.model.stack import Stack
from morefit_py.model.survey import Suspect, flaws, suspects
from morefit_py.passes.scores import SCORES
from morefit_py.runtime.axis_data import BatchAxis
from morefit_py.runtime.backend import Buffers, Executable
from morefit_py.runtime.choose import Choice
from morefit_py.runtime.program import ObjectiveProgram, Program
from morefit_py.runtime.score_program import ScoreProgram

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Indices = NDArray[np.intp]


class BatchPrograms:
    """What is compiled of a model once for all batches: its objective by the free parameters, and its scores.

    Parameters that are fixed are given to the kernels, not differentiated by, and so are the M outcomes of
    constraints. Raises FitError for a model without free parameters.
    """

    def __init__(self, model: Model, first: Mapping[str, Stack]) -> None:
        self.model = model
        self.weighted = {name for name, held in first.items() if held.weights is not None}
        self.binned: dict[str, Statistic] = {
            name: held.statistic for name, held in first.items() if held.statistic is not None
        }
        self.free = [parameter for parameter in model.parameters if not parameter.fixed]
        if not self.free:
            raise FitError("all parameters are fixed, so there is nothing to fit; free at least one of them")
        fixed = [parameter for parameter in model.parameters if parameter.fixed]
        self.outcomes = _outcome_parameters(model)
        self.given = [*fixed, *self.outcomes]
        rows = max(max(held.rows for held in first.values()), 1)
        self._columns = min(COLUMN_BUDGET // (8 * rows), PLENTY)
        self._labels = labels(model)

    @cached_property
    def objective(self) -> ObjectiveProgram:
        """The NLL with its derivatives."""
        bare = replace(self.model, constraints=())
        objective = add(nll(bare, self.weighted, self.binned), self._constraints())
        return ObjectiveProgram(objective, self.free, self._columns, self._labels, given=self.given)

    @cached_property
    def scores(self) -> ScoreProgram:
        """The products of the events' scores, plus the Hessian of constraints."""
        terms = event_terms(self.model, self.weighted, self.binned)
        rest = self._constraints()
        return ScoreProgram(terms, rest, self.free, self._columns, self._labels, given=self.given)

    def _constraints(self) -> Node:
        """The terms of the constraints, their outcomes given."""
        total, left = ZERO, list(self.outcomes)
        for constraint in self.model.constraints:
            size = len(constraint.outcome)
            total, left = add(total, constraint.nll_of(left[:size])), left[size:]
        return total


class BatchLikelihood:
    """The negative log-likelihoods of T data sets of a model, by its F free parameters, on one device.

    `outcomes` (T, M) are those of the model's constraints for each data set, by default what it has for all.
    Raises DataError for data that cannot be fitted, naming the data set, ModelError for what is no density.
    """

    def __init__(
        self,
        model: Model,
        data: Mapping[str, Stack],
        choice: Choice,
        outcomes: Matrix | None = None,
        programs: BatchPrograms | None = None,
    ) -> None:
        self.model = model
        self.choice = choice
        self.data = dict(data)
        self.sets = len(next(iter(data.values())))
        if programs is None:
            checked(model, {name: held.one(0) for name, held in data.items()})
        if len({len(held) for held in data.values()}) > 1:
            raise DataError("the channels have different numbers of data sets; give each of them as many")
        self.programs = programs or BatchPrograms(model, data)
        for name, observables in model.observables.items():
            for problem in data[name].problems(observables).values():
                raise DataError(problem)
        self.outcomes = np.tile(outcomes_of(model), (self.sets, 1)) if outcomes is None else outcomes
        self.executable, self._buffers = self._placed(self.programs.objective)
        self._lock = threading.Lock()
        self._released = False

    def _placed(self, program: Program) -> tuple[Executable, Buffers]:
        executable = self.choice.backend.compile(program, self.choice.device)
        return executable, executable.upload_batch(_axes(program, self.data), self.sets)

    @property
    def free(self) -> list[Parameter]:
        """The parameters that are fitted, F of them."""
        return self.programs.free

    @property
    def weighted(self) -> bool:
        """Whether errors are to be corrected for weights."""
        return any(held.is_weighted for held in self.data.values())

    @cached_property
    def position(self) -> Indices:
        """Where the free parameters stand among all of the model."""
        names = [parameter.name for parameter in self.model.parameters]
        return np.array([names.index(parameter.name) for parameter in self.free], dtype=np.intp)

    @cached_property
    def _fixed(self) -> Vector:
        return np.array([parameter.init for parameter in self.model.parameters if parameter.fixed])

    def evaluate(self, x: Vector, sets: Indices, order: int) -> tuple[Vector, Vector | None, Matrix | None]:
        """The NLLs (A,) of A data sets by number, each at its row of `x` (A, F), with their derivatives.

        Gradients (A, F) for order >= 1, Hessians (A, F, F) for order 2.
        """
        size = len(self.free)
        found = self._run(self.executable, self._buffers, x, sets, order)
        gradient = found[:, 1 : 1 + size] if order else None
        hessian = self._symmetric(found[:, 1 + size :]) if order > 1 else None
        return found[:, 0], gradient, hessian

    def score_products(self, x: Vector, sets: Indices) -> Matrix:
        """sum_i w_i^2 s_i s_i^T plus the Hessian of constraints, (A, F, F): how the gradients fluctuate.

        Compiled, and given the data, by the first call.
        """
        executable, buffers = self._scores
        return self._symmetric(self._run(executable, buffers, x, sets, SCORES))

    @cached_property
    def _scores(self) -> tuple[Executable, Buffers]:
        return self._placed(self.programs.scores)

    def _run(self, executable: Executable, buffers: Buffers, x: Vector, sets: Indices, order: int) -> Matrix:
        if self._released:
            raise BackendError("this batch was released; compile the model again")
        fixed = np.broadcast_to(self._fixed, (len(sets), self._fixed.size))
        theta = np.ascontiguousarray(np.concatenate([x, fixed, self.outcomes[sets]], axis=1))
        with self._lock, np.errstate(all="ignore"):
            return executable.run_batch(buffers, theta, sets, order)

    def _symmetric(self, upper: Matrix) -> Matrix:
        size = len(self.free)
        full = np.empty((len(upper), size, size))
        rows, columns = np.triu_indices(size)
        full[:, rows, columns] = full[:, columns, rows] = upper
        return full

    def one(self, number: int) -> OneOfBatch:
        """One of the data sets, as minimisers take it."""
        return OneOfBatch(self, number)

    @cached_property
    def suspects(self) -> list[Suspect]:
        """The densities that may be negative somewhere."""
        return suspects(self.model)

    def source(self) -> str:
        """The source of the objective in the backend's language; raises BackendError where it has none."""
        spoken = self.choice.backend.dialect
        if spoken is None:
            raise BackendError(
                f"backend {self.choice.backend.name!r} runs the graph itself: there is no source"
            )
        return self.programs.objective.source(spoken).text

    def release(self) -> None:
        """Give the data's memory on the device back; the batch cannot be evaluated any more."""
        with self._lock:
            self._released = True
            self._buffers.release()
            if "_scores" in self.__dict__:
                self._scores[1].release()


@dataclass(frozen=True, eq=False)
class OneOfBatch:
    """The objective of one data set, by all P parameters; by fixed ones nothing is differentiated."""

    batch: BatchLikelihood
    number: int

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(parameter.name for parameter in self.batch.model.parameters)

    @property
    def initial(self) -> Vector:
        return np.array([parameter.init for parameter in self.batch.model.parameters])

    @property
    def lower(self) -> Vector:
        return np.array([parameter.low for parameter in self.batch.model.parameters])

    @property
    def upper(self) -> Vector:
        return np.array([parameter.high for parameter in self.batch.model.parameters])

    @property
    def fixed(self) -> NDArray[np.bool_]:
        return np.array([parameter.fixed for parameter in self.batch.model.parameters], dtype=bool)

    def evaluate(self, theta: Vector, order: int) -> tuple[float, Vector | None, Matrix | None]:
        """The NLL, with its gradient for order >= 1 and its Hessian for order 2."""
        where, size = self.batch.position, len(theta)
        value, slope, bend = self.batch.evaluate(theta[None, where], np.array([self.number]), order)
        gradient = hessian = None
        if slope is not None:
            gradient = np.zeros(size)
            gradient[where] = slope[0]
        if bend is not None:
            hessian = self._spread_out(bend[0], size)
        return float(value[0]), gradient, hessian

    def score_products(self, theta: Vector) -> Matrix:
        """How the gradient fluctuates (P, P)."""
        found = self.batch.score_products(theta[None, self.batch.position], np.array([self.number]))
        return self._spread_out(found[0], len(theta))

    def flaws(self, theta: Vector) -> tuple[str, ...]:
        """Which densities are negative somewhere or inaccurate, with the place or reason; empty for none."""
        return flaws(self.batch.suspects, dict(zip(self.parameters, theta.tolist(), strict=True)))

    def _spread_out(self, block: Matrix, size: int) -> Matrix:
        where, whole = self.batch.position, np.zeros((size, size))
        whole[where[:, None], where] = block
        return whole


def outcomes_of(model: Model) -> Vector:
    """What the constraints of a model have measured, one number after the other."""
    return np.array([number for constraint in model.constraints for number in constraint.outcome])


def _outcome_parameters(model: Model) -> list[Parameter]:
    """Parameters that stand for what constraints have measured, of names that the model does not have."""
    stem = "outcome"
    while any(parameter.name.startswith(stem) for parameter in model.parameters):
        stem += "_"
    return [Parameter(f"{stem}{i}", value, fixed=True) for i, value in enumerate(outcomes_of(model).tolist())]


def _axes(program: Program, data: Mapping[str, Stack]) -> dict[str, BatchAxis]:
    """What a program reads: the data sets of every channel side by side, and the rows of its own axes."""
    found = {}
    for name, axis in program.axes.items():
        if axis.rows:
            found[name] = BatchAxis(axis.rows, len(next(iter(axis.rows.values()))))
            continue
        stack = data[name]
        columns = dict(stack.columns)
        if stack.weights is not None:
            columns[WEIGHT] = stack.weights
        found[name] = BatchAxis(columns, stack.rows, stack.offsets)
    return found
