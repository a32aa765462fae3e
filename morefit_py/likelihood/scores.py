"""The scores of a likelihood: their products on the device, and their values event by event."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from morefit_py.graph.build import ZERO, param
from morefit_py.graph.meaning import evaluate
from morefit_py.likelihood.likelihood import axis_data, binned, weighted
from morefit_py.model.dataset import Dataset
from morefit_py.model.model import Model
from morefit_py.model.scores import constraint_term, event_terms
from morefit_py.passes.differentiate import derivatives
from morefit_py.passes.scores import SCORES, scores
from morefit_py.runtime.backend import Buffers, Executable
from morefit_py.runtime.choose import Choice
from morefit_py.runtime.program import Program
from morefit_py.runtime.score_program import ScoreProgram

Array = NDArray[np.float64]

# Events evaluated at once, so that temporaries stay small beside the data.
_BLOCK = 1 << 16


class Scores:
    """The score program of a model on data; compiled, and the data put onto the device, by its first run."""

    def __init__(self, model: Model, data: Mapping[str, Dataset], objective: Program, choice: Choice) -> None:
        self.data = data
        self.choice = choice
        terms, rest = event_terms(model, weighted(data), binned(data)), constraint_term(model)
        self.program = ScoreProgram(terms, rest, objective.parameters, objective.columns, objective.labels)

    @cached_property
    def executable(self) -> Executable:
        """The compiled program."""
        return self.choice.backend.compile(self.program, self.choice.device)

    @cached_property
    def _buffers(self) -> Buffers:
        return self.executable.upload(axis_data(self.program, self.data))

    def products(self, theta: Array) -> Array:
        """The upper triangle, by rows, of the squared weights times products of scores at `theta` (P,)."""
        return self.executable.run(self._buffers, theta, SCORES)

    def values(self, theta: Array, channel: str) -> Array:
        """The scores (N, P) of a channel's events at `theta` (P,)."""
        parameters = self.program.parameters
        (term,) = (held for held in self.program.terms if held.axis.name == channel)
        roots = scores(term.log_density, [param(parameter) for parameter in parameters])
        at = self._at(theta)
        dataset = self.data[channel]
        found = np.empty((len(dataset), len(parameters)))
        for begin in range(0, len(dataset), _BLOCK):
            rows = slice(begin, min(begin + _BLOCK, len(dataset)))
            columns = {name: column[rows] for name, column in dataset.columns.items()}
            for k, part in enumerate(evaluate(roots, at, {"": columns})):
                found[rows, k] = part
        return found

    def rest(self, theta: Array) -> Array:
        """The upper triangle, by rows, of the Hessian of the constraints at `theta` (P,)."""
        parameters = self.program.parameters
        found = derivatives(self.program.rest, [param(parameter) for parameter in parameters], 2).hessian
        pairs = combinations_with_replacement(range(len(parameters)), 2)
        return np.array(evaluate([found.get(pair, ZERO) for pair in pairs], self._at(theta)))

    def _at(self, theta: Array) -> dict[str, float]:
        return {
            parameter.name: value for parameter, value in zip(self.program.parameters, theta, strict=True)
        }

    def release(self) -> None:
        """Give the data's memory on the device back."""
        if "_buffers" in self.__dict__:
            self._buffers.release()
