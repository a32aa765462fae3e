"""The fits of one model to many data sets, compiled: the object users hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError, FitError
from morefit_py.fit.many import RETRIES, BatchResult, minimise_many
from morefit_py.likelihood.batch import BatchLikelihood
from morefit_py.model.as_data import as_data
from morefit_py.model.dataset import Dataset
from morefit_py.model.model import Model, as_model
from morefit_py.model.progress import bar
from morefit_py.model.stack import Stack, stacked
from morefit_py.model.toys import Toys
from morefit_py.pdfs.composition.mixture import Mixture
from morefit_py.pdfs.density import Density
from morefit_py.runtime.choose import AUTO, choose

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


class CompiledBatch:
    """One model bound to T data sets on a device, each evaluated at parameters of its own by one call.

    Made by `compile_batch`. Points are of the F free parameters, in the order of `parameters`: (F,), the same
    for all data sets, or (T, F).
    """

    def __init__(self, likelihood: BatchLikelihood) -> None:
        self.likelihood = likelihood

    def __repr__(self) -> str:
        held = self.likelihood
        events = ", ".join(f"{name}: {stack.rows} events" for name, stack in held.data.items())
        backend = held.choice.backend.name
        size = f"{len(self.parameters)} free parameters"
        return f"<CompiledBatch of {len(self)} data sets ({events}); {size}; backend {backend}>"

    def __len__(self) -> int:
        return self.likelihood.sets

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the free parameters, in order."""
        return tuple(parameter.name for parameter in self.likelihood.free)

    @property
    def initial(self) -> Vector:
        """The start values (F,)."""
        return np.array([parameter.init for parameter in self.likelihood.free])

    def nll(self, theta: Vector) -> Vector:
        """The negative log-likelihood of each data set (T,)."""
        return self._evaluated(theta, 0)[0]

    def gradient(self, theta: Vector) -> Matrix:
        """The exact gradient of each NLL (T, F)."""
        found = self._evaluated(theta, 1)[1]
        assert found is not None
        return found

    def hessian(self, theta: Vector) -> Matrix:
        """The exact Hessian of each NLL (T, F, F)."""
        found = self._evaluated(theta, 2)[2]
        assert found is not None
        return found

    def _evaluated(self, theta: Vector, order: int) -> tuple[Vector, Matrix | None, Matrix | None]:
        shape = (len(self), len(self.parameters))
        given = np.asarray(theta, dtype=np.float64)
        if given.shape not in (shape, shape[1:]):
            names = ", ".join(self.parameters)
            raise FitError(f"expected the shape {shape[1:]} ({names}) or {shape}, found {given.shape}")
        return self.likelihood.evaluate(np.broadcast_to(given, shape), np.arange(len(self)), order)

    def minimise(
        self,
        start: Vector | None = None,
        *,
        seed: int = 0,
        retries: int = RETRIES,
        tol: float = 1e-10,
        progress: bool | None = None,
    ) -> BatchResult:
        """Fit all data sets in lockstep, each until its EDM is below `tol`; none waits for another.

        What does not end at a clear minimum is fitted again alone, with all the checks that a single fit has,
        and if need be from up to `retries` other starts, drawn with `seed`: it is counted, and never dropped.
        A bar shows the progress if `progress` is True, or None and stderr is a terminal. Raises FitError for
        a start outside the limits.
        """
        with bar("fits", len(self), progress) as shown:
            seeds = [(seed, number) for number in range(len(self))]
            return minimise_many(self.likelihood, start, seeds, retries, tol, shown.advance)

    def source(self) -> str:
        """The kernel's source in the language of the backend; raises BackendError where it has none."""
        return self.likelihood.source()

    def release(self) -> None:
        """Give the data's memory on the device back."""
        self.likelihood.release()


def compile_batch(
    model: Model | Mixture | Density | Mapping[str, Mixture | Density],
    data: Sequence[Any] | Toys | Mapping[str, Stack],
    backend: str = AUTO,
) -> CompiledBatch:
    """Compile a model for many data sets: one kernel evaluates all, and the fits go in lockstep.

    `data` are data sets, each as `compile` takes one, or toys of `draw_toys`. They may differ in length.
    Raises ModelError, DataError (naming the data set) or BackendError before anything is fitted.
    """
    held = as_model(model)
    if isinstance(data, Toys):
        stacks = stacked(data)
    else:
        stacks = dict(data) if isinstance(data, Mapping) else _side_by_side(held, data)
    return CompiledBatch(BatchLikelihood(held, stacks, choose(backend)))


def _side_by_side(model: Model, data: Sequence[Any]) -> dict[str, Stack]:
    """The data sets of each channel side by side."""
    if not len(data):
        raise DataError("no data sets are given; give one or more")
    found: dict[str, list[Dataset]] = {name: [] for name in model.channels}
    for number, one in enumerate(data):
        held = as_data(one, model)
        if isinstance(held, Dataset):
            held = {next(iter(model.channels)): held}
        if set(held) != set(found):
            raise DataError(
                f"data set {number}: it has the channels {', '.join(held)}, the model {', '.join(found)}"
            )
        for name, dataset in held.items():
            found[name].append(dataset)
    return {name: Stack.of(sets) for name, sets in found.items()}
