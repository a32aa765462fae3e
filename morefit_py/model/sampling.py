"""Toys: data sets that follow a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError, nearest
from morefit_py.graph.build import as_node
from morefit_py.graph.meaning import evaluate
from morefit_py.model.channel_draws import ChannelDraws
from morefit_py.model.dataset import Dataset
from morefit_py.model.drawing import Drawer, Weighted
from morefit_py.model.model import Model, as_model
from morefit_py.model.numbers import keys
from morefit_py.model.toys import Toys
from morefit_py.pdfs.composition.mixture import Mixture
from morefit_py.pdfs.density import Density

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
Values = Mapping[str, float]
Given = Mapping[str, Any] | Dataset


def sample(
    model: Model | Mixture | Density | Mapping[str, Mixture | Density],
    values: Values | None = None,
    seed: int = 0,
    size: int | None = None,
    given: Given | None = None,
) -> Dataset | dict[str, Dataset]:
    """One toy: a data set, or one for each channel if there are several.

    `values` replaces the start values of parameters by name. Each channel has Poisson(sum of yields) events,
    or exactly `size`; each event is of one component or another as their yields say. `given` holds the
    columns that a model is conditional on, such as the errors per event; there is then an event for each of
    its rows. The same seed, from 0 to 2^128 - 1, gives the same events. Raises ModelError for names that are
    no parameters, for a yield that is negative, for a model without yields when no size is given, and where
    what a density is conditional on is not given.
    """
    return Sampler(as_model(model), values or {}).draw(seed, size, given)


@dataclass(frozen=True, eq=False)
class Sampler:
    """Toys of one model at one point: what is prepared for the first is used for all.

    `values` are those of `sample`, as are the errors. The numbers behind the events are those of
    `model/numbers.py`: a toy is the same drawn alone or among others.
    """

    model: Model
    values: Values = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = [parameter.name for parameter in self.model.parameters]
        for name in self.values:
            if name not in known:
                raise ModelError(f"{name!r} is not a parameter of the model{nearest(name, known)}")

    def draw(
        self, seed: int = 0, size: int | None = None, given: Given | None = None
    ) -> Dataset | dict[str, Dataset]:
        """One toy, as `sample` describes it."""
        return self.draw_many([seed], size, None if given is None else [given])[0]

    def draw_many(
        self,
        seeds: Sequence[int],
        size: int | None = None,
        given: Sequence[Given] | None = None,
        threads: int = 1,
    ) -> Toys:
        """A toy of each seed, each the one that `draw` gives; `given` are the rows of each toy.

        The result does not depend on the number of threads.
        """
        key = keys(seeds)
        if given is not None and len(given) != len(seeds):
            raise ModelError(f"{len(given)} sets of given rows for {len(seeds)} toys; give one for each")
        columns, offsets = {}, {}
        for name, channel in self._channels.items():
            mixture = self.model.channels[name]
            rows, counts = _rows(name, mixture, given, len(seeds))
            if counts is None:
                counts = channel.counts(key, size)
            edges = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
            held = {
                x.name: rows[x.name] if x.name in rows else np.empty(edges[-1]) for x in mixture.observables
            }
            channel.fill(key, edges, held, threads)
            columns[name], offsets[name] = held, edges
        return Toys(tuple(map(int, seeds)), columns, offsets)

    @cached_property
    def _channels(self) -> dict[str, ChannelDraws]:
        point = {p.name: p.init for p in self.model.parameters} | dict(self.values)
        drawer = Drawer(point)
        return {
            name: ChannelDraws(
                name, number, drawer, _densities(name, mixture, point), mixture.extended, mixture.given
            )
            for number, (name, mixture) in enumerate(self.model.channels.items())
        }


def _densities(name: str, mixture: Mixture, point: Values) -> list[Weighted]:
    """The components of a channel by their expected numbers of events, 1 where there are no yields."""
    yields = [as_node(1.0 if term.expected is None else term.expected) for term in mixture.terms]
    found = []
    for term, value in zip(mixture.terms, evaluate(yields, point), strict=True):
        if not (np.isfinite(value) and value >= 0):
            raise ModelError(f"channel {name!r}, component {term.name!r}: a yield of {value:g} events")
        where = f"channel {name!r}, component {term.name!r} ({term.density.type})"
        found.append((float(value), term.density, where))
    return found


def _rows(
    name: str, mixture: Mixture, given: Sequence[Given] | None, toys: int
) -> tuple[dict[str, Array], Counts | None]:
    """The columns that a channel is conditional on, of all toys, and how many rows each toy has."""
    if not mixture.given:
        return {}, None
    found: dict[str, list[Array]] = {x.name: [] for x in mixture.given}
    for toy in given if given is not None else [{}] * toys:
        held = toy.columns if isinstance(toy, Dataset) else toy
        for wanted, parts in found.items():
            if wanted not in held:
                raise ModelError(
                    f"channel {name!r} is conditional on {wanted!r}{nearest(wanted, held)}; give its values "
                    "as `given`, or multiply by its density"
                )
            parts.append(np.asarray(held[wanted], dtype=np.float64))
    lengths = {wanted: [len(part) for part in parts] for wanted, parts in found.items()}
    counts = next(iter(lengths.values()))
    for wanted, held_lengths in lengths.items():
        if held_lengths != counts:
            raise ModelError(
                f"channel {name!r}: the given columns {next(iter(lengths))!r} and {wanted!r} differ in length"
            )
    columns = {wanted: np.concatenate([*parts, np.empty(0)]) for wanted, parts in found.items()}
    return columns, np.array(counts, dtype=np.int64)
