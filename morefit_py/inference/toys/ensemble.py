"""Toys of a model, and their likelihoods: what is compiled for the first toy serves all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError
from morefit_py.fit.sandwich import Spread
from morefit_py.fit.weights import spread_of
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.inference.toys.seeds import outcome_generator, row_generator, toy_seed
from morefit_py.inference.toys.with_constraints import WithConstraints
from morefit_py.likelihood.batch import BatchLikelihood, BatchPrograms
from morefit_py.likelihood.likelihood import Likelihood, binned, checked, program, weighted
from morefit_py.model.constraints.constraint import Constraint
from morefit_py.model.dataset import Dataset
from morefit_py.model.model import Model
from morefit_py.model.sampling import Sampler
from morefit_py.model.stack import Stack, stacked
from morefit_py.model.survey import Suspect, suspects
from morefit_py.runtime.choose import AUTO, Choice, choose
from morefit_py.runtime.program import Program
from morefit_py.runtime.threads import thread_count

Array = NDArray[np.float64]
Transform = Callable[[Dataset], Dataset]


@dataclass(frozen=True, eq=False)
class Toy:
    """One toy: its data by channel, the constraints as they came out, and how many events were drawn."""

    data: dict[str, Dataset]
    constraints: tuple[Constraint, ...]
    events: int


@dataclass(frozen=True, eq=False)
class Drawn:
    """Several toys: their data by channel, the outcomes of constraints (T, M), how many events were drawn."""

    data: dict[str, Stack]
    outcomes: Array
    events: NDArray[np.int64]

    def problems(self, observables: Mapping[str, Sequence[Observable]]) -> dict[int, str]:
        """Why some of the toys cannot be fitted, by number."""
        found: dict[int, str] = {}
        for name, over in observables.items():
            found |= self.data[name].problems(over)
        return dict(sorted(found.items()))

    def some(self, numbers: Sequence[int]) -> Drawn:
        """These of the toys."""
        data = {name: held.some(numbers) for name, held in self.data.items()}
        return Drawn(data, self.outcomes[list(numbers)], self.events[list(numbers)])


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Toys of `model` at `values`, fitted with `fitted`, which is the same model unless told otherwise.

    `size` is the number of events of channels without yields, or of each by name. `given` holds the rows that
    a conditional model's own are drawn from, with replacement. With `fluctuate` the outcomes of constraints,
    which are measurements as the events are, are drawn anew for every toy. `transform` changes the data of
    each channel, or of those named, before the fit: into bins, or by weights.
    """

    model: Model
    values: Mapping[str, float] = field(default_factory=dict)
    fitted: Model | None = None
    size: int | Mapping[str, int] | None = None
    given: Dataset | Mapping[str, Any] | None = None
    fluctuate: bool = True
    transform: Transform | Mapping[str, Transform] | None = None
    backend: str = AUTO
    _programs: dict[Any, Program] = field(default_factory=dict, init=False, repr=False)
    _batches: dict[Any, BatchPrograms] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def fit_model(self) -> Model:
        """The model that the toys are fitted with."""
        return self.fitted or self.model

    @cached_property
    def truth(self) -> dict[str, float]:
        """The values of the fitted model's parameters that the toys are made with, or start from."""
        point = {parameter.name: parameter.init for parameter in self.fit_model.parameters}
        return {name: self._point.get(name, value) for name, value in point.items()}

    @cached_property
    def _point(self) -> dict[str, float]:
        return {p.name: p.init for p in self.model.parameters} | dict(self.values)

    @cached_property
    def _samplers(self) -> dict[str, Sampler]:
        """A sampler for each channel whose size is its own, or one for all."""
        if not isinstance(self.size, Mapping):
            return {"": Sampler(self.model, self.values)}
        found = {}
        for name, mixture in self.model.channels.items():
            alone = Model({name: mixture})
            held = {parameter.name for parameter in alone.parameters}
            found[name] = Sampler(alone, {key: value for key, value in self._point.items() if key in held})
        return found

    @cached_property
    def _changes(self) -> dict[str, Transform]:
        if self.transform is None or isinstance(self.transform, Mapping):
            return dict(self.transform or {})
        return dict.fromkeys(self.model.channels, self.transform)

    @cached_property
    def choice(self) -> Choice:
        """The device that fits run on."""
        return choose(self.backend)

    def draw(self, seed: int) -> Toy:
        """The toy of a seed.

        Raises ModelError as `sample` does.
        """
        data = self._drawn(seed)
        events = sum(map(len, data.values()))
        for name, change in self._changes.items():
            data[name] = change(data[name])
        return Toy(data, self._constraints(seed), events)

    def draw_many(self, seeds: Sequence[int]) -> Drawn:
        """The toys of several seeds, each as `draw` makes it."""
        data = self._stacks(seeds)
        events = np.sum([np.diff(held.offsets) for held in data.values()], axis=0)
        for name, change in self._changes.items():
            data[name] = Stack.of([change(data[name].one(i)) for i in range(len(seeds))])
        return Drawn(data, np.array([self._outcomes(seed) for seed in seeds]).reshape(len(seeds), -1), events)

    def _stacks(self, seeds: Sequence[int]) -> dict[str, Stack]:
        """The events of several toys by channel."""
        found: dict[str, Stack] = {}
        rows = [held for seed in seeds if (held := self._rows(seed)) is not None] or None
        for number, (name, sampler) in enumerate(self._samplers.items()):
            if isinstance(self.size, Mapping):
                size, own = self.size.get(name), [toy_seed(seed, number) for seed in seeds]
            else:
                size, own = self.size, list(seeds)
            found |= stacked(sampler.draw_many(own, size, rows, thread_count()))
        return found

    def _outcomes(self, seed: int) -> list[float]:
        """What the constraints of a toy have measured, one number after the other."""
        return [number for constraint in self._constraints(seed) for number in constraint.outcome]

    def _constraints(self, seed: int) -> tuple[Constraint, ...]:
        """The constraints of a toy as they came out."""
        if not self.fluctuate:
            return self.fit_model.constraints
        return tuple(
            constraint.fluctuated(self.truth, outcome_generator(seed, number))
            for number, constraint in enumerate(self.fit_model.constraints)
        )

    def batch(self, toys: Drawn) -> BatchLikelihood:
        """The likelihoods of several toys; give their memory back with `release`."""
        stack = toys.data
        kind = tuple((name, held.weights is None, held.statistic) for name, held in stack.items())
        if kind not in self._batches:
            checked(self.fit_model, {name: held.one(0) for name, held in stack.items()})
            self._batches[kind] = BatchPrograms(self.fit_model, stack)
        return BatchLikelihood(self.fit_model, stack, self.choice, toys.outcomes, self._batches[kind])

    def likelihood(self, toy: Toy) -> WithConstraints:
        """The likelihood of a toy; give its memory back with `events.release()`.

        Raises DataError for a toy that cannot be fitted, such as one without events.
        """
        bare = self._bare
        kind = (frozenset(weighted(toy.data)), tuple(binned(toy.data).items()))
        if kind not in self._programs:
            self._programs[kind] = program(bare, checked(bare, toy.data))
        else:
            for channel, observables in bare.observables.items():
                toy.data[channel].check(observables)
        events = Likelihood(bare, toy.data, self._programs[kind], self.choice)
        return WithConstraints(events, toy.constraints, self._suspects)

    @cached_property
    def _suspects(self) -> list[Suspect]:
        return suspects(self._bare)

    @cached_property
    def _bare(self) -> Model:
        """The fitted model without its constraints, its parameters in the same order."""
        return replace(self.fit_model, constraints=(), declared=self.fit_model.parameters)

    def _drawn(self, seed: int) -> dict[str, Dataset]:
        """The events of a toy by channel."""
        if isinstance(self.size, Mapping):
            held = {}
            for number, (name, sampler) in enumerate(self._samplers.items()):
                size = self.size.get(name)
                held[name] = sampler.draw(toy_seed(seed, number), size, self._rows(seed))
            return {name: drawn for name, drawn in held.items() if isinstance(drawn, Dataset)}
        drawn = self._samplers[""].draw(seed, self.size, self._rows(seed))
        return {next(iter(self.model.channels)): drawn} if isinstance(drawn, Dataset) else drawn

    @cached_property
    def _conditional(self) -> list[str]:
        """The channels whose model is conditional on other observables."""
        return [name for name, mixture in self.model.channels.items() if mixture.given]

    def _rows(self, seed: int) -> dict[str, Array] | None:
        """The rows of a toy of a conditional model."""
        conditional = self._conditional
        if not conditional:
            return None
        if len(self.model.channels) > 1:
            raise ModelError(
                f"toys: channel {conditional[0]!r} is conditional on other observables, and toys of several "
                "channels cannot be; multiply by their density"
            )
        mixture = self.model.channels[conditional[0]]
        held = self.given.columns if isinstance(self.given, Dataset) else dict(self.given or {})
        names = [x.name for x in mixture.given]
        columns = {name: np.asarray(held[name]) for name in names if name in held}
        if len(columns) < len(names):
            # The sampler says what is missing.
            return columns
        available = len(columns[names[0]])
        generator = row_generator(seed)
        size = self.size.get(conditional[0]) if isinstance(self.size, Mapping) else self.size
        if size is None and mixture.extended:
            size = int(generator.poisson(float(evaluate([mixture.expected()], self._point)[0])))
        picked = generator.integers(available, size=available if size is None else size)
        return {name: column[picked] for name, column in columns.items()}


def spread_for(likelihood: WithConstraints) -> Spread | None:
    """How the gradient of a toy's likelihood fluctuates; None where its errors are those of the Hessian."""
    held = spread_of(likelihood.events)
    return None if held is None else replace(held, of=partial(_products, likelihood))


def _products(likelihood: WithConstraints, theta: Array, hessian: Array) -> Array:
    return likelihood.events.score_products(theta) + likelihood.constraint_hessian(theta)
