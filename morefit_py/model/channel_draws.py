"""The events of one channel of many toys, in spans that any thread may fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError
from morefit_py.graph.symbols import Observable
from morefit_py.model.choosing import Exceeded, Part
from morefit_py.model.drawing import Drawer, Weighted
from morefit_py.model.event_counts import EventCounts
from morefit_py.model.numbers import Numbers, first_numbers
from morefit_py.model.philox import Words

Array = NDArray[np.float64]
Edges = NDArray[np.int64]

# Events of a span, and the fewest that are worth a thread of their own.
_SPAN, _FEWEST = 2**18, 2**15


@dataclass(frozen=True, eq=False)
class ChannelDraws:
    """Draws channel `number` of a model, which is a sum of densities that is conditional on those `given`.

    The weights of the densities are their expected numbers of events if it is `extended`.

    A toy in which an event exceeds an envelope is drawn again, in the next round of its numbers, with the
    envelope raised by its own events, so that what it is does not depend on other toys.
    """

    name: str
    number: int
    drawer: Drawer
    densities: Sequence[Weighted]
    extended: bool = False
    given: Sequence[Observable] = ()

    def counts(self, key: Words, size: int | None) -> Edges:
        """The number of events of each toy: `size`, or Poisson distributed.

        Raises ModelError where there are no yields to say it, or none to divide `size` events by.
        """
        where = f"channel {self.name!r}"
        if size is None:
            if not self.extended:
                raise ModelError(f"{where} has no yields; give the size of the sample")
            return self._poisson.at(first_numbers(key, self.number))
        if size < 0:
            raise ModelError(f"{where}: a size of {size} events; it must be >= 0")
        if not self._expected > 0:
            raise ModelError(f"{where}: {size} events cannot be divided, all yields are zero")
        return np.full(len(key), size, dtype=np.int64)

    @property
    def _expected(self) -> float:
        return sum(weight for weight, _, _ in self.densities)

    @cached_property
    def _poisson(self) -> EventCounts:
        return EventCounts(self._expected, f"channel {self.name!r}")

    @cached_property
    def _plan(self) -> Part:
        return self._planned(self.drawer)

    def _planned(self, drawer: Drawer) -> Part:
        return drawer.plan(self.densities, [x.name for x in self.given])

    def fill(self, key: Words, edges: Edges, columns: Mapping[str, Array], threads: int = 1) -> None:
        """Fills the columns, in which toy i with `key[i]` has the rows edges[i] to edges[i + 1].

        Raises ModelError for a density that cannot be drawn from.
        """
        total = int(edges[-1])
        if not total:
            return
        _ = self._plan
        spans = max(-(-total // _SPAN), min(threads, total // _FEWEST))
        places = [total * i // spans for i in range(spans + 1)]
        one = partial(self._span, key, edges, columns)
        if threads > 1 and spans > 1:
            with ThreadPoolExecutor(threads, thread_name_prefix="morefit") as pool:
                exceeding = list(pool.map(one, places[:-1], places[1:]))
        else:
            exceeding = [one(*ends) for ends in pairwise(places)]
        for toy in sorted(set().union(*exceeding)):
            self._again(toy, key, edges, columns)

    def _span(self, key: Words, edges: Edges, columns: Mapping[str, Array], begin: int, end: int) -> set[int]:
        """Fills some rows; says in which toys an event exceeded its envelope."""
        first = int(np.searchsorted(edges, begin, side="right")) - 1
        last = int(np.searchsorted(edges, end, side="left"))
        toys = slice(first, last)
        start = np.maximum(begin - edges[toys], 0)
        numbers = Numbers(key[toys], start, np.clip(edges[first : last + 1], begin, end) - begin, self.number)
        found = _drawn(self._plan, numbers, columns, begin)
        return {first + toy for some in found for toy in numbers.toys(some.rows).tolist()}

    def _again(self, toy: int, key: Words, edges: Edges, columns: Mapping[str, Array]) -> None:
        begin, size = int(edges[toy]), int(edges[toy + 1] - edges[toy])
        whole = (key[toy : toy + 1], np.zeros(1, np.int64), np.array([0, size]), self.number)
        drawer, plan, number = self.drawer, self._plan, 0
        while exceeded := _drawn(plan, Numbers(*whole, round=number), columns, begin):
            drawer = drawer.raised(exceeded)
            plan, number = self._planned(drawer), number + 1


def _drawn(plan: Part, numbers: Numbers, columns: Mapping[str, Array], begin: int) -> list[Exceeded]:
    size = len(numbers)
    views = {name: values[begin : begin + size] for name, values in columns.items()}
    return plan.draw(numbers, np.arange(size), views)
