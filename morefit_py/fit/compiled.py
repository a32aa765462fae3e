"""The fit of a model to data, compiled: the object users hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.fit.minimise import minimise
from morefit_py.fit.result import FitResult
from morefit_py.likelihood.audit import Audit, audit
from morefit_py.likelihood.likelihood import COLUMN_BUDGET, Likelihood, likelihood
from morefit_py.model.dataset import Dataset
from morefit_py.model.model import Model, as_model
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.mixture import Mixture
from morefit_py.runtime.choose import AUTO

# The covariance of a weighted fit needs per-event scores: Langenbruch, Eur. Phys. J. C 82 (2022) 393.
_WEIGHTED = (
    "{}: weighted events; errors are the inverse Hessian of the weighted likelihood, not corrected for the "
    "spread of the weights"
)

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


class CompiledFit:
    """A model bound to data on a device, with exact derivatives; made by `compile`.

    Vectors have shape (P,) and matrices (P, P), in the order of `parameters`.
    """

    def __init__(self, likelihood: Likelihood) -> None:
        self.likelihood = likelihood

    @property
    def model(self) -> Model:
        return self.likelihood.model

    @property
    def data(self) -> dict[str, Dataset]:
        """The data sets by channel."""
        return self.likelihood.data

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of all parameters, the fixed ones included, in order."""
        return self.likelihood.parameters

    @property
    def initial(self) -> Vector:
        """The start values."""
        return self.likelihood.initial

    @property
    def backend(self) -> str:
        """The name of the backend in use."""
        return self.likelihood.choice.backend.name

    def nll(self, theta: Vector) -> float:
        """The negative log-likelihood."""
        return self.likelihood.evaluate(theta, 0)[0]

    def gradient(self, theta: Vector) -> Vector:
        """The exact gradient of the NLL, of fixed parameters too."""
        gradient = self.likelihood.evaluate(theta, 1)[1]
        assert gradient is not None
        return gradient

    def hessian(self, theta: Vector) -> Matrix:
        """The exact Hessian of the NLL, of fixed parameters too."""
        hessian = self.likelihood.evaluate(theta, 2)[2]
        assert hessian is not None
        return hessian

    def source(self, dialect: str | None = None) -> str:
        """The kernel's source in a dialect; without one, what the backend in use has compiled.

        Raises BackendError for an unknown dialect.
        """
        return self.likelihood.source(dialect).text

    def audit(self) -> Audit:
        """Digests, passes, operation counts per event, and the cache key."""
        return audit(self.likelihood)

    def minimise(
        self, minimiser: str = "newton", minos: bool | Sequence[str] = False, **settings: Any
    ) -> FitResult:
        """Find the minimum and its errors; `settings` are those of `fit.minimise.minimise`.

        Raises FitError for an unknown minimiser or a start that cannot be evaluated.
        """
        parameters = self.likelihood.program.parameters
        settings.setdefault("provenance", self.provenance())
        settings.setdefault("units", {p.name: p.unit for p in parameters if p.unit})
        settings.setdefault("latex", {p.name: p.latex for p in parameters if p.latex})
        result = minimise(self.likelihood, minimiser, minos=minos, backend=self.backend, **settings)
        weighted = [name for name, dataset in self.data.items() if dataset.weights is not None]
        return (
            replace(result, notes=(*result.notes, _WEIGHTED.format(", ".join(weighted))))
            if weighted
            else result
        )

    def provenance(self) -> dict[str, str]:
        """What the numbers come from: digests of model, data and kernel, device and its choice."""
        held = self.likelihood
        return {
            "model": held.program.digest,
            **{f"data {name}": dataset.digest for name, dataset in held.data.items()},
            "kernel": held.executable.cache_key,
            "device": held.choice.device.name,
            "backend choice": held.choice.reason,
        }

    def release(self) -> None:
        """Give the data's memory on the device back."""
        self.likelihood.release()


def compile(
    model: Model | Mixture | Density | Mapping[str, Mixture | Density],
    data: Dataset | Mapping[str, Dataset] | Mapping[str, Any],
    backend: str = AUTO,
    column_budget: int = COLUMN_BUDGET,
) -> CompiledFit:
    """Compile a model for its data: the model becomes a fused kernel, the data move to the device.

    `data` is a Dataset, a mapping of them by channel, or, for one channel, a mapping from observable
    to array. `backend` is "auto" or one of `devices`. `column_budget` bounds, in bytes, the columns
    precomputed beside the data. Raises ModelError, DataError or BackendError before anything is fitted.
    """
    return CompiledFit(likelihood(as_model(model), _as_data(data), backend, column_budget))


def _as_data(data: Dataset | Mapping[str, Any]) -> Dataset | dict[str, Dataset]:
    if isinstance(data, Dataset):
        return data
    if any(isinstance(value, Dataset) for value in data.values()):
        return dict(data)
    return Dataset.from_numpy(data)
