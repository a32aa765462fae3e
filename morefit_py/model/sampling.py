"""Toys: data sets that follow a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError, nearest
from morefit_py.graph.meaning import evaluate
from morefit_py.model.dataset import Dataset
from morefit_py.model.drawing import Drawer
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
    given: Mapping[str, Any] | Dataset | None = None,
) -> Dataset | dict[str, Dataset]:
    """One toy: a data set, or one for each channel if there are several.

    `values` replaces the start values of parameters by name. Each component has Poisson(yield) events,
    or there are exactly `size` in every channel, divided among the components by their yields. `given` holds
    the columns that a model is conditional on, such as the errors per event; there is then an event for
    each of its rows. The same seed gives the same events. Raises ModelError for names that are no
    parameters, for a yield that is negative, for a model without yields when no size is given, and where
    what a density is conditional on is not given.
    """
    return Sampler(as_model(model), values or {}).draw(seed, size, given)


def sample_density(
    density: Density, size: int, generator: np.random.Generator, values: Values | None = None
) -> dict[str, Array]:
    """`size` events of one density on its bounds, by observable."""
    drawer = Drawer({p.name: p.init for p in density.parameters} | dict(values or {}))
    return drawer.draw(density.type, density, size, generator)


@dataclass(frozen=True, eq=False)
class Sampler:
    """Toys of one model at one point: what is prepared for the first is used for all.

    `values` are those of `sample`, as are the errors.
    """

    model: Model
    values: Values = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = [parameter.name for parameter in self.model.parameters]
        for name in self.values:
            if name not in known:
                raise ModelError(f"{name!r} is not a parameter of the model{nearest(name, known)}")

    def draw(
        self, seed: int = 0, size: int | None = None, given: Mapping[str, Any] | Dataset | None = None
    ) -> Dataset | dict[str, Dataset]:
        """One toy, as `sample` describes it."""
        toys = {
            name: self._channel(index, name, mixture, seed, size, given)
            for index, (name, mixture) in enumerate(self.model.channels.items())
        }
        return toys if len(toys) > 1 else next(iter(toys.values()))

    @cached_property
    def _point(self) -> dict[str, float]:
        return {p.name: p.init for p in self.model.parameters} | dict(self.values)

    @cached_property
    def _drawer(self) -> Drawer:
        return Drawer(self._point)

    def _channel(
        self,
        channel: int,
        name: str,
        mixture: Mixture,
        seed: int,
        size: int | None,
        given: Mapping[str, Any] | Dataset | None,
    ) -> Dataset:
        rows = _rows(name, mixture, given)
        if rows:
            size = len(next(iter(rows.values())))
        whole = _generator(seed, channel)
        streams = [_generator(seed, channel, component) for component in range(len(mixture.terms))]
        counts = self._counts(name, mixture, size, whole, streams)
        order = whole.permutation(int(np.sum(counts)))
        columns = {x.name: np.empty(len(order)) for x in mixture.observables}
        columns |= rows
        place = np.cumsum([0, *counts])
        for component, (term, stream) in enumerate(zip(mixture.terms, streams, strict=True)):
            where = f"channel {name!r}, component {term.name!r} ({term.density.type})"
            # Where an event goes to, so that it meets the row it is conditional on.
            target = order[place[component] : place[component + 1]]
            some = {column: values[target] for column, values in rows.items()}
            events = self._drawer.draw(where, term.density, int(counts[component]), stream, some)
            for column, values in events.items():
                columns[column][target] = values
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


def _rows(name: str, mixture: Mixture, given: Mapping[str, Any] | Dataset | None) -> dict[str, Array]:
    """The columns that the components of a channel are conditional on."""
    if not mixture.given:
        return {}
    held = given.columns if isinstance(given, Dataset) else dict(given or {})
    rows = {}
    for x in mixture.given:
        if x.name not in held:
            raise ModelError(
                f"channel {name!r} is conditional on {x.name!r}{nearest(x.name, held)}; give its values as "
                "`given`, or multiply by its density"
            )
        rows[x.name] = np.asarray(held[x.name], dtype=np.float64)
    return rows


def _generator(seed: int, *key: int) -> np.random.Generator:
    """An independent stream for every channel and component."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(seed, spawn_key=key)))
