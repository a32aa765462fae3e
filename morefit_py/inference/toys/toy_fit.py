"""The fit of one toy, as a row of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from morefit_py.errors import DataError, FitError
from morefit_py.fit.minimise import minimise
from morefit_py.inference.toys.ensemble import Ensemble, spread_for
from morefit_py.inference.toys.seeds import toy_seed


@dataclass(frozen=True, slots=True)
class ToyFit:
    """What came of toy number `toy`: `valid`, or `message` says why not.

    `values`, `errors`, `lower` and `upper` are in the order of the fitted model's parameters; those of a fit
    that could not be started are nan, as are errors that a fit does not have. `attempts` counts the starts
    that the fit was given.
    """

    toy: int
    events: int
    valid: bool
    message: str
    nll: float
    edm: float
    values: tuple[float, ...]
    errors: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    attempts: int = 1


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How toys are fitted: `minos` names the parameters with asymmetric errors, or is True for all."""

    minimiser: str = "newton"
    minos: bool | tuple[str, ...] = False


def fit_toy(ensemble: Ensemble, seed: int, settings: FitSettings, toy: int) -> ToyFit:
    """Draws and fits toy number `toy` of a study; a fit that cannot be started is an outcome as well."""
    names = [parameter.name for parameter in ensemble.fit_model.parameters]
    drawn = ensemble.draw(toy_seed(seed, toy))
    nothing = (nan,) * len(names)
    try:
        likelihood = ensemble.likelihood(drawn)
    except DataError as problem:
        return ToyFit(toy, drawn.events, False, str(problem), nan, nan, nothing, nothing, nothing, nothing)
    try:
        result = minimise(
            likelihood,
            settings.minimiser,
            minos=settings.minos,
            start=ensemble.truth,
            spread=spread_for(likelihood),
        )
    except FitError as problem:
        return ToyFit(toy, drawn.events, False, str(problem), nan, nan, nothing, nothing, nothing, nothing)
    finally:
        likelihood.events.release()
    sides = [result.asymmetric_errors.get(name, (nan, nan)) for name in names]
    return ToyFit(
        toy=toy,
        events=drawn.events,
        valid=result.valid,
        message="; ".join(result.reasons),
        nll=result.nll,
        edm=result.edm,
        values=_row(result.values, names),
        errors=_row(result.errors, names),
        lower=tuple(low for low, _ in sides),
        upper=tuple(high for _, high in sides),
    )


def _row(held: dict[str, float], names: Sequence[str]) -> tuple[float, ...]:
    return tuple(held[name] for name in names)
