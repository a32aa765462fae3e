"""Toys: data sets that follow a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError, nearest
from morefit_py.graph.meaning import evaluate
from morefit_py.model.dataset import Dataset
from morefit_py.model.envelope import Envelope, Function, draw, envelope
from morefit_py.model.model import Model, as_model
from morefit_py.pdfs.composition.mixture import Mixture
from morefit_py.pdfs.density import Density

Array = NDArray[np.float64]
Values = Mapping[str, float]


def sample(
    model: Model | Mixture | Density | Mapping[str, Mixture | Density],
    values: Values | None = None,
    seed: int = 0,
    size: int | None = None,
) -> Dataset | dict[str, Dataset]:
    """One toy: a data set, or one for each channel if there are several.

    `values` replaces the start values of parameters by name. Each component has Poisson(yield) events,
    or there are exactly `size` in every channel, divided among the components by their yields. The same
    seed gives the same events. Raises ModelError for names that are no parameters, for a yield that is
    negative, and for a model without yields when no size is given.
    """
    return Sampler(as_model(model), values or {}).draw(seed, size)


def sample_density(
    density: Density, size: int, generator: np.random.Generator, values: Values | None = None
) -> dict[str, Array]:
    """`size` events of one density on its bounds, by observable."""
    function = _function(density, {p.name: p.init for p in density.parameters} | dict(values or {}))
    bound = envelope(density.type, function, density.observables)
    return _columns(density, draw(function, bound, size, generator)[0])


@dataclass(frozen=True, eq=False)
class Sampler:
    """Toys of one model at one point: what is prepared for the first is used for all.

    `values` are those of `sample`, as are the errors.
    """

    model: Model
    values: Values = field(default_factory=dict)
    _envelopes: dict[tuple[str, int], Envelope] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        known = [parameter.name for parameter in self.model.parameters]
        for name in self.values:
            if name not in known:
                raise ModelError(f"{name!r} is not a parameter of the model{nearest(name, known)}")

    def draw(self, seed: int = 0, size: int | None = None) -> Dataset | dict[str, Dataset]:
        """One toy, as `sample` describes it."""
        toys = {
            name: self._channel(index, name, mixture, seed, size)
            for index, (name, mixture) in enumerate(self.model.channels.items())
        }
        return toys if len(toys) > 1 else next(iter(toys.values()))

    @property
    def _point(self) -> dict[str, float]:
        return {p.name: p.init for p in self.model.parameters} | dict(self.values)

    def _channel(self, channel: int, name: str, mixture: Mixture, seed: int, size: int | None) -> Dataset:
        whole = _generator(seed, channel)
        streams = [_generator(seed, channel, component) for component in range(len(mixture.terms))]
        counts = self._counts(name, mixture, size, whole, streams)
        parts = [
            self._component(name, mixture, component, int(count), stream)
            for component, (count, stream) in enumerate(zip(counts, streams, strict=True))
        ]
        order = whole.permutation(int(np.sum(counts)))
        columns = {x.name: np.concatenate([p[x.name] for p in parts])[order] for x in mixture.observables}
        return Dataset.from_numpy(columns, source=f"toy {seed} of channel {name!r}")

    def _counts(
        self,
        name: str,
        mixture: Mixture,
        size: int | None,
        whole: np.random.Generator,
        streams: list[np.random.Generator],
    ) -> NDArray[np.int64]:
        if not mixture.extended:
            if size is None:
                raise ModelError(f"channel {name!r} has no yields; give the size of the sample")
            return np.array([size])
        yields = [term.expected for term in mixture.terms if term.expected is not None]
        expected = np.array(evaluate(yields, self._point))
        for term, value in zip(mixture.terms, expected, strict=True):
            if not (np.isfinite(value) and value >= 0):
                raise ModelError(f"channel {name!r}, component {term.name!r}: a yield of {value:g} events")
        if size is None:
            return np.array([stream.poisson(nu) for stream, nu in zip(streams, expected, strict=True)])
        if not expected.sum() > 0:
            raise ModelError(f"channel {name!r}: {size} events cannot be divided, all yields are zero")
        return np.asarray(whole.multinomial(size, expected / expected.sum()))

    def _component(
        self, channel: str, mixture: Mixture, component: int, size: int, generator: np.random.Generator
    ) -> dict[str, Array]:
        term = mixture.terms[component]
        function = _function(term.density, self._point)
        if size and (channel, component) not in self._envelopes:
            where = f"channel {channel!r}, component {term.name!r} ({term.density.type})"
            self._envelopes[channel, component] = envelope(where, function, term.density.observables)
        if not size:
            return {x.name: np.empty(0) for x in term.density.observables}
        # The envelope is not kept when raised: a toy must not depend on those drawn before it.
        return _columns(term.density, draw(function, self._envelopes[channel, component], size, generator)[0])


def _generator(seed: int, *key: int) -> np.random.Generator:
    """An independent stream for every channel and component."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(seed, spawn_key=key)))


def _function(density: Density, values: Values) -> Function:
    root = density.log_density()

    def function(points: Array) -> Array:
        columns = {x.name: points[:, i] for i, x in enumerate(density.observables)}
        value = np.exp(evaluate([root], values, {"": columns})[0])
        return np.broadcast_to(value, (len(points),))

    return function


def _columns(density: Density, events: Array) -> dict[str, Array]:
    return {x.name: np.ascontiguousarray(events[:, i]) for i, x in enumerate(density.observables)}
