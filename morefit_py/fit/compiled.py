"""The fit of a model to data, compiled: the object users hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import FitError
from morefit_py.fit.contour import Contour, contour
from morefit_py.fit.drawing import figure
from morefit_py.fit.hesse import PLAIN
from morefit_py.fit.minimise import minimise
from morefit_py.fit.profile import Profile, profile
from morefit_py.fit.result import FitResult
from morefit_py.fit.sandwich import Spread
from morefit_py.fit.weights import KINDS, SANDWICH, spread_of
from morefit_py.likelihood.likelihood import COLUMN_BUDGET, Likelihood, likelihood
from morefit_py.model.as_data import as_data
from morefit_py.model.dataset import Dataset
from morefit_py.model.model import Model, as_model
from morefit_py.pdfs.composition.mixture import Mixture
from morefit_py.pdfs.density import Density
from morefit_py.runtime.choose import AUTO

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from morefit_py.likelihood.audit import Audit

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


class CompiledFit:
    """A model bound to data on a device, with exact derivatives; made by `compile`.

    Vectors have shape (P,) and matrices (P, P), in the order of `parameters`.
    """

    def __init__(self, likelihood: Likelihood) -> None:
        self.likelihood = likelihood
        self._last: FitResult | None = None

    def __repr__(self) -> str:
        data, parameters = self.data, self.likelihood.program.parameters
        channels = ", ".join(f"{name}: {len(held)} events" for name, held in data.items())
        fixed = sum(parameter.fixed for parameter in parameters)
        size = f"{len(parameters)} parameters" + (f", {fixed} fixed" if fixed else "")
        return f"<CompiledFit of {channels}; {size}; backend {self.backend}>"

    @property
    def model(self) -> Model:
        """The model that is fitted."""
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

    def score_products(self, theta: Vector) -> Matrix:
        """D = sum_i w_i^2 s_i s_i^T plus the Hessian of the constraints: the covariance of the gradient.

        s_i is the score, the gradient of log sum_p nu_p p_p(x_i), of fixed parameters too; w_i is 1 without
        weights. From a kernel of its own, which the first call compiles.
        """
        return self.likelihood.score_products(theta)

    def scores(self, theta: Vector, channel: str | None = None) -> Matrix:
        """The gradient of log sum_p nu_p p_p(x_i) for each of the N events of a channel, (N, P), unweighted.

        The channel must be named where there are several. Raises FitError where it is not.
        """
        if channel is None and len(self.data) > 1:
            raise FitError(f"scores: the model has channels {', '.join(self.data)}; name one of them")
        return self.likelihood.scores(theta, next(iter(self.data)) if channel is None else channel)

    def source(self, dialect: str | None = None) -> str:
        """The kernel's source in a dialect; without one, what the backend in use has compiled.

        Raises BackendError for an unknown dialect.
        """
        return self.likelihood.source(dialect).text

    def audit(self, timed: bool = False) -> Audit:
        """Digests, passes, operation counts per event, and the cache key.

        With `timed` also how fast each order is, beside the peak of this machine: takes seconds. Raises
        BackendError where that cannot be measured.
        """
        from morefit_py.likelihood.audit import audit

        return audit(self.likelihood, timed)

    def minimise(
        self,
        minimiser: str = "newton",
        minos: bool | Sequence[str] = False,
        weighted_errors: str = SANDWICH,
        robust: bool = False,
        **settings: Any,
    ) -> FitResult:
        """Find the minimum and its errors; `settings` are those of `fit.minimise.minimise`.

        `weighted_errors` says how errors of weighted events are made: "sandwich" is H^-1 D H^-1, "scaled" the
        inverse Hessian times sum w^2 / sum w, "naive" the inverse Hessian as it is. `robust` asks for the
        sandwich without weights too: right also where no values of the parameters make the model that of the
        data. Raises FitError for an unknown minimiser or kind of errors, or a start that cannot be evaluated.
        """
        parameters = self.likelihood.program.parameters
        settings.setdefault("provenance", self.provenance())
        settings.setdefault("units", {p.name: p.unit for p in parameters if p.unit})
        settings.setdefault("latex", {p.name: p.latex for p in parameters if p.latex})
        settings.setdefault("spread", spread_of(self.likelihood, weighted_errors, robust))
        self._last = minimise(self.likelihood, minimiser, minos=minos, backend=self.backend, **settings)
        return self._last

    def plot(
        self,
        observable: str | None = None,
        result: FitResult | None = None,
        *,
        category: str | None = None,
        bins: int | None = None,
        by_component: bool = True,
        pulls: bool = True,
        log: bool = False,
    ) -> Figure:
        """Data and fitted model over an observable, by default the first; `category` is a channel.

        `result` is by default that of the last fit. See `morefit_py.plot`. Raises FitError before any fit.
        """
        held = result or self._last
        if held is None:
            raise FitError("nothing is fitted yet: call minimise first, or give a result")
        return figure(
            "projection",
            self,
            held,
            observable,
            category,
            bins=bins,
            by_component=by_component,
            pulls=pulls,
            log=log,
        )

    def profile(
        self,
        parameter: str,
        values: Sequence[float] | Vector,
        start: FitResult | Vector | Mapping[str, float] | None = None,
    ) -> Profile:
        """The NLL with a parameter held at each of `values` (n,), minimised in all others.

        `start` should be the result of a fit, or the values of one. The NLL of weighted events rises by the
        profile's `up` over one standard deviation, not by 1/2. Raises FitError for an unknown parameter or a
        value outside its limits.
        """
        return profile(self.likelihood, parameter, values, _values(start), self._spread(start))

    def contour(
        self,
        minimum: FitResult | Vector | Mapping[str, float],
        parameters: tuple[str, str],
        cl: float = 0.68,
        points: int = 32,
    ) -> Contour:
        """The line of the profile NLL around a minimum that two parameters cross with probability 1 - cl.

        For weighted events it follows the errors of the result. Raises FitError where `minimum` is none, and
        for parameters that are fixed or at a limit.
        """
        return contour(
            self.likelihood, _values(minimum), parameters, cl, points, spread=self._spread(minimum)
        )

    def _spread(self, point: object) -> Spread | None:
        """How the gradient fluctuates, as the errors of a result say; for bare values, as the weights do."""
        if not isinstance(point, FitResult):
            return spread_of(self.likelihood)
        if point.covariance_type == PLAIN:
            return None
        if point.covariance_type not in KINDS:
            raise FitError(
                f"the covariance of this result is of the kind {point.covariance_type!r}; give its spread to "
                "fit.profile.profile or fit.contour.contour"
            )
        return spread_of(self.likelihood, point.covariance_type, robust=True)

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
    data: Any,
    backend: str = AUTO,
    column_budget: int = COLUMN_BUDGET,
) -> CompiledFit:
    """Compile a model for its data: the model becomes a fused kernel, the data move to the device.

    `data` is a Dataset, a mapping from observable to array, a data frame of pandas, or an array where there
    is one observable; for several channels it is a mapping of these by channel. `backend` is "auto" or the
    name of a backend: c, opencl, cuda, metal or reference (`devices` says which can be used here).
    `column_budget` bounds, in bytes, the columns precomputed beside the data. Raises ModelError, DataError
    or BackendError before anything is fitted.
    """
    held = as_model(model)
    return CompiledFit(likelihood(held, as_data(data, held), backend, column_budget))


_T = TypeVar("_T")


def _values(point: FitResult | _T) -> dict[str, float] | _T:
    """The values of a result; a point as it is."""
    return point.values if isinstance(point, FitResult) else point
