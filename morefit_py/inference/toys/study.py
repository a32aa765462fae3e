"""Toy studies: many toys of a model, each fitted, with what the fits say of the truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from itertools import chain
from os import PathLike
from pathlib import Path
from time import monotonic
from typing import Any

from morefit_py.errors import FitError
from morefit_py.fit.minimisers import minimiser as find_minimiser
from morefit_py.fit.result import FitResult
from morefit_py.graph.text import write
from morefit_py.inference.toys.ensemble import Ensemble, Transform
from morefit_py.inference.toys.parts import FORMAT, read_parts, write_part
from morefit_py.inference.toys.table import ToyStudy, toy_table
from morefit_py.inference.toys.together import fit_together
from morefit_py.inference.toys.toy_fit import FitSettings, ToyFit, fit_toy
from morefit_py.inference.toys.workers import each
from morefit_py.model.dataset import Dataset
from morefit_py.model.model import Model, as_model
from morefit_py.model.nll import nll
from morefit_py.model.progress import bar
from morefit_py.pdfs.composition.mixture import Mixture
from morefit_py.pdfs.density import Density
from morefit_py.runtime.choose import AUTO

# Seconds of work that a study that is killed may lose.
_BETWEEN_PARTS = 15.0
# Toys that a process fits together.
_CHUNK = 64

Modelled = Model | Mixture | Density | Mapping[str, Mixture | Density]


def toy_study(
    model: Modelled,
    toys: int,
    seed: int = 0,
    values: Mapping[str, float] | FitResult | None = None,
    *,
    first: int = 0,
    fit_model: Modelled | None = None,
    size: int | Mapping[str, int] | None = None,
    given: Dataset | Mapping[str, Any] | None = None,
    fluctuate: bool = True,
    transform: Transform | None = None,
    minos: bool | Sequence[str] = False,
    minimiser: str = "newton",
    path: str | PathLike[str] | None = None,
    processes: int = 1,
    progress: bool | None = None,
    backend: str = AUTO,
) -> ToyStudy:
    """Draws toys number `first` to `first + toys - 1` of a model at `values` and fits each.

    Toy number i depends on `seed` and i alone: not on how many there are, nor on the processes that share the
    work. Constraints are measurements too: their outcomes are drawn anew for each toy around `values`, as a
    pull of a parameter whose constraint always has the same outcome is too narrow; `fluctuate=False` holds
    them. `fit_model` is fitted instead of `model`; `size` is the number of events, or that of each channel,
    where there are no yields; `given` the rows that those of a conditional model are drawn from; `transform`
    is applied to the data of each channel before the fit, such as to put them into bins. `minos` asks for
    asymmetric errors. By Newton, without MINOS, many toys are fitted in lockstep.

    With `path`, a folder, the toys are written there in parts that appear whole, and a study that was
    interrupted goes on; several studies with different `first` may share it. A bar shows the progress if
    `progress` is True, or None and stderr is a terminal. Fits that fail are rows as well. Raises FitError for
    settings that no fit could have, and for a folder that holds another study; ModelError where no toys
    can be drawn.
    """
    held = as_model(model)
    other = None if fit_model is None else as_model(fit_model)
    point = values.values if isinstance(values, FitResult) else dict(values or {})
    known = {parameter.name for parameter in held.parameters}
    if isinstance(values, FitResult):
        point = {name: value for name, value in point.items() if name in known}
    ensemble = Ensemble(held, point, other, size, given, fluctuate, transform, backend)
    asked = minos if isinstance(minos, bool) else tuple([minos] if isinstance(minos, str) else minos)
    settings = FitSettings(minimiser, asked)
    if toys < 1 or first < 0 or processes < 1:
        raise FitError(
            f"toy study: toys = {toys}, processes = {processes} must be > 0 and first = {first} >= 0"
        )
    _check(ensemble, settings)
    parameters = [parameter.name for parameter in ensemble.fit_model.parameters]
    header = _header(ensemble, settings, seed)
    folder = None if path is None else Path(path)
    wanted = range(first, first + toys)
    found = {} if folder is None or not folder.is_dir() else read_parts(folder, header)
    found = {toy: fit for toy, fit in found.items() if toy in wanted}
    missing = [toy for toy in wanted if toy not in found]
    unwritten: list[ToyFit] = []
    since = monotonic()
    with bar("toys", toys, progress) as shown:
        shown.advance(len(found))
        try:
            for fit in _fits(ensemble, seed, settings, missing, processes):
                found[fit.toy] = fit
                unwritten.append(fit)
                shown.advance(1)
                if folder is not None and monotonic() - since > _BETWEEN_PARTS:
                    write_part(folder, header, parameters, unwritten)
                    unwritten, since = [], monotonic()
        finally:
            if folder is not None and unwritten:
                write_part(folder, header, parameters, unwritten)
    return toy_table(parameters, header["free"], ensemble.truth, seed, header["outcomes"], found.values())


def fit_toys(
    model: Modelled,
    n: int,
    seed: int = 0,
    values: Mapping[str, float] | FitResult | None = None,
    **settings: Any,
) -> ToyStudy:
    """Draws `n` toys of a model at `values` and fits them in lockstep: many toys are one call of the kernel.

    It is the toy study by Newton without MINOS errors; `settings` are those of `toy_study` that remain. A fit
    that does not end at a clear minimum is made again alone, and if need be from other starts, which
    `attempts` counts. Raises FitError for a setting that it does not have, and as `toy_study` does.
    """
    for name in ("minos", "minimiser"):
        if name in settings:
            raise FitError(f"fit_toys: {name} cannot be chosen, for fits in lockstep; use toy_study")
    return toy_study(model, n, seed, values, **settings)


def _fits(
    ensemble: Ensemble, seed: int, settings: FitSettings, toys: Sequence[int], processes: int
) -> Iterator[ToyFit]:
    """The fits of toys: in lockstep where Newton without MINOS is asked for, else one after the other."""
    if settings == FitSettings():
        if processes == 1:
            return fit_together(ensemble, seed, toys)
        chunks = [toys[i : i + _CHUNK] for i in range(0, len(toys), _CHUNK)]
        together = partial(_chunk, ensemble, seed)
        return chain.from_iterable(each(together, chunks, processes, lambda: ensemble.choice))
    return each(partial(fit_toy, ensemble, seed, settings), toys, processes, lambda: ensemble.choice)


def _chunk(ensemble: Ensemble, seed: int, toys: Sequence[int]) -> list[ToyFit]:
    return list(fit_together(ensemble, seed, toys))


def _check(ensemble: Ensemble, settings: FitSettings) -> None:
    find_minimiser(settings.minimiser)
    parameters = {parameter.name: parameter for parameter in ensemble.fit_model.parameters}
    if all(parameter.fixed for parameter in parameters.values()):
        raise FitError("toy study: all parameters are fixed; free those that shall be fitted")
    for name in settings.minos if isinstance(settings.minos, tuple) else ():
        if name not in parameters or parameters[name].fixed:
            raise FitError(f"toy study: minos: {name!r} is no free parameter of the fitted model")
    for name, value in ensemble.truth.items():
        if not parameters[name].low <= value <= parameters[name].high:
            raise FitError(
                f"toy study: {name} = {value:g} lies outside its limits [{parameters[name].low:g}, "
                f"{parameters[name].high:g}], where no fit can find it; widen them"
            )


def _header(ensemble: Ensemble, settings: FitSettings, seed: int) -> dict[str, Any]:
    """What two parts of one study have in common."""
    given = ensemble.given
    rows = None if given is None else (given if isinstance(given, Dataset) else Dataset.from_numpy(given))
    return {
        "format": FORMAT,
        "model": _digest(ensemble.model),
        "fitted model": _digest(ensemble.fit_model),
        "truth": dict(ensemble.truth),
        "values": dict(ensemble.values),
        "seed": seed,
        "size": dict(ensemble.size) if isinstance(ensemble.size, Mapping) else ensemble.size,
        "given": None if rows is None else rows.digest,
        "outcomes": _outcomes(ensemble),
        "transformed": ensemble.transform is not None,
        "minimiser": settings.minimiser,
        "minos": list(settings.minos) if isinstance(settings.minos, tuple) else settings.minos,
        "free": [k for k, p in enumerate(ensemble.fit_model.parameters) if not p.fixed],
    }


def _outcomes(ensemble: Ensemble) -> str:
    if not ensemble.fit_model.constraints:
        return ""
    return "drawn with each toy" if ensemble.fluctuate else "held"


def _digest(model: Model) -> str:
    return sha256(write([nll(model)]).encode()).hexdigest()
