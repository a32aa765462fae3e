"""The point-to-point dissimilarity test, for any number of observables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, final

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import DataError, FitError, nearest
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.result import FitResult
from morefit_py.inference.goodness.bootstrap import ToyPValue, bootstrap, refuse_weights, toy_p_value
from morefit_py.inference.goodness.distribution import Distribution, distribution
from morefit_py.inference.goodness.energy import KERNELS, LOG, energy, permuted
from morefit_py.inference.record import Record
from morefit_py.inference.toys.seeds import toy_seed
from morefit_py.model.binned import Binned
from morefit_py.model.dataset import Dataset
from morefit_py.model.model import Model
from morefit_py.model.sampling import Sampler

Array = NDArray[np.float64]

TOYS: Final = "toys"
PERMUTATION: Final = "permutation"
METHODS: Final = (PERMUTATION, TOYS)
# Streams of a test that are no toy's.
_PICK, _MODEL, _PERMUTE = 2**31, 2**31 + 1, 2**31 + 2


@final
@dataclass(frozen=True, eq=False)
class Dissimilarity(Record):
    """The energy T between the data and a sample of the fitted model, and its p-value.

    `events` of the data and `model_events` of the model were compared in `observables`, each in units of
    `scales`, its standard deviation in the model.
    """

    channel: str
    observables: tuple[str, ...]
    kernel: str
    method: str
    events: int
    model_events: int
    scales: tuple[float, ...]
    value: float
    p: ToyPValue
    notes: tuple[str, ...]

    @property
    def p_value(self) -> float:
        """The p-value."""
        return self.p.p_value

    def __str__(self) -> str:
        head = (
            f"point-to-point dissimilarity T = {self.value:.4g} in {', '.join(self.observables)}, "
            f"{self.events} events against {self.model_events} of the model: "
        )
        said = str(self.p).replace("toys", "permutations" if self.method == PERMUTATION else "toys")
        return "\n  ".join([head + said, *self.notes])


def dissimilarity_test(
    fit: CompiledFit,
    result: FitResult,
    channel: str | None = None,
    observables: Sequence[str] | None = None,
    kernel: str = LOG,
    width: float = 0.5,
    method: str = PERMUTATION,
    toys: int = 200,
    most: int = 1000,
    factor: float = 5.0,
    seed: int = 0,
    processes: int = 1,
    progress: bool | None = None,
) -> Dissimilarity:
    """Compares the data of a channel with a sample of the fitted model, event by event.

    Definition: `energy`, with the kernel "log", which needs no scale, or "gaussian" of a `width` in standard
    deviations. At most `most` events of the data, picked at random, are compared with `factor` times as many
    of the model; the time grows with the square. `method` "permutation" divides both samples anew `toys`
    times, which takes seconds; as the parameters were fitted to the data its p-values are too large.
    "toys" makes and fits so many toys of the model, which is right. Raises DataError for weighted and
    binned data, FitError for an invalid result or an unknown kernel or method.
    """
    for what, asked, known in (("kernel", kernel, KERNELS), ("method", method, METHODS)):
        if asked not in known:
            raise FitError(f"dissimilarity: unknown {what} {asked!r}{nearest(asked, known)}")
    if not result.valid:
        raise FitError(f"dissimilarity: the fit is not valid ({'; '.join(result.reasons)}); fit again first")
    if toys < 1 or most < 10 or not factor >= 1.0 or not width > 0.0:
        raise FitError(
            f"dissimilarity: toys = {toys} and width = {width} must be > 0, most = {most} at least 10 and "
            f"factor = {factor} at least 1"
        )
    held = distribution(fit, result, channel)
    if isinstance(held.data, Binned):
        raise DataError("dissimilarity: the data are in bins; use chi2_test")
    refuse_weights("dissimilarity", held.data)
    names = tuple(observables or [x.name for x in held.mixture.observables])
    for name in names:
        if name not in held.data.columns:
            raise DataError(f"dissimilarity: no column {name!r}{nearest(name, held.data.columns)}")
    reference = _model_sample(held, names, round(factor * most), toy_seed(seed, _MODEL))
    scales = np.std(reference, axis=0)
    one = partial(_energy, held, names, scales, kernel, width, most, factor)
    data, model = _samples(held, names, most, factor, seed)
    value = energy(data / scales, model / scales, kernel, width)
    notes = []
    if len(held.data) > most:
        notes.append(f"of the {len(held.data)} events {most} were picked at random")
    if method == TOYS:
        p = bootstrap(fit, result, one, value, toys, seed, processes, progress)
    else:
        generator = np.random.Generator(np.random.Philox(toy_seed(seed, _PERMUTE)))
        found = permuted(data / scales, model / scales, toys, generator, kernel, width)
        p = toy_p_value(value, found, seed)
        if held.free(result):
            notes.append("permutations know nothing of the fitted parameters: p is too large; ask for toys")
    return Dissimilarity(
        channel=held.channel,
        observables=names,
        kernel=kernel,
        method=method,
        events=len(data),
        model_events=len(model),
        scales=tuple(scales.tolist()),
        value=value,
        p=p,
        notes=tuple(notes),
    )


def _energy(
    held: Distribution,
    names: tuple[str, ...],
    scales: Array,
    kernel: str,
    width: float,
    most: int,
    factor: float,
    data: dict[str, Dataset],
    values: Mapping[str, float],
    seed: int,
) -> float:
    toy = Distribution(held.channel, held.mixture, values, data[held.channel])
    events, model = _samples(toy, names, most, factor, seed)
    return energy(events / scales, model / scales, kernel, width)


def _samples(
    held: Distribution, names: tuple[str, ...], most: int, factor: float, seed: int
) -> tuple[Array, Array]:
    """The events that are compared, and those of the model."""
    table = np.stack([held.data[name] for name in names], axis=1)
    if len(table) > most:
        generator = np.random.Generator(np.random.Philox(toy_seed(seed, _PICK)))
        table = table[generator.choice(len(table), most, replace=False)]
    if len(table) < 2:
        raise DataError(f"dissimilarity: {len(table)} events cannot be compared")
    return table, _model_sample(held, names, round(factor * len(table)), toy_seed(seed, _MODEL))


def _model_sample(held: Distribution, names: tuple[str, ...], size: int, seed: int) -> Array:
    model = Model({held.channel: held.mixture})
    known = {parameter.name for parameter in model.parameters}
    values = {name: value for name, value in held.values.items() if name in known}
    given = None
    if held.mixture.given:
        generator = np.random.Generator(np.random.Philox(seed))
        picked = generator.integers(len(held.data), size=size)
        given = {x.name: held.data[x.name][picked] for x in held.mixture.given}
    drawn = Sampler(model, values).draw(seed, size, given)
    assert isinstance(drawn, Dataset)
    return np.stack([drawn[name] for name in names], axis=1)
