"""The random numbers of toys: each is a pure function of what it is for.

A toy has a seed of 128 bits, 0 <= seed < 2^128. Its numbers are the words of Philox4x64-10
(`model/philox.py`) under the key (seed mod 2^64, seed div 2^64), at the counters

    (block, attempt + 2^32 round, slot, channel)

of four words of 64 bits. `channel` is the number of the channel in the model. The number of events of a toy
is made of word 0 of block 0, with attempt, round and slot 0. Event e = 0, 1, ... of a toy has a pair of words
for each attempt, round and slot: words 2 (e mod 2) and 2 (e mod 2) + 1 of block 1 + e div 2. A word w stands
for the uniform number (w div 2^11) / 2^53 in [0, 1).

A *slot* is one decision on an event, such as its place in a range, or a factor of a product;
`model/drawing.py` says which there are. An *attempt* is made anew, by itself, for each event that was
rejected. A *round* is made anew for all events of a channel of a toy in which an event exceeded the envelope
it was drawn under.

So an event depends on the seed of its toy, its channel and its number in it alone: toys are the same drawn
alone or among others, by one thread or several, in whatever order. NumPy's `Philox` counts up before it makes
a block: to begin with `block`, its state is given block - 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import index
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError
from morefit_py.model.philox import Words, philox

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

# In ns: what a run of NumPy's Philox costs, and each row of it; what rows by themselves cost, and each.
_RUN, _RUN_ROW = 3000, 8
_SINGLE, _SINGLE_ROW = 250_000, 250


def keys(seeds: Sequence[int]) -> Words:
    """The keys of toys, of shape (toys, 2); raises ModelError for a seed that is none of 128 bits."""
    found = np.empty((len(seeds), 2), dtype=np.uint64)
    for toy, seed in enumerate(seeds):
        number = index(seed)
        if not 0 <= number < 2**128:
            raise ModelError(f"the seed of a toy is {number}; give a whole number from 0 to 2^128 - 1")
        found[toy] = number & (2**64 - 1), number >> 64
    return found


def first_numbers(key: Words, channel: int) -> Array:
    """The uniform number of each toy that its number of events in a channel is made of."""
    return _uniform(philox((np.zeros(len(key)), 0, 0, channel), (key[:, 0], key[:, 1]))[0])


@dataclass(frozen=True, eq=False)
class Numbers:
    """The numbers of consecutive events of one channel of toys: rows 0, 1, ... of which each toy has a run.

    `key` of shape (toys, 2) is that of each toy, `start` the number in its toy of its first row, and `edges`
    of shape (toys + 1) the rows where the toys begin, and the end.
    """

    key: Words
    start: NDArray[np.int64]
    edges: NDArray[np.int64]
    channel: int
    round: int = 0

    @cached_property
    def _runs(self) -> tuple[np.random.Generator, Any]:
        """NumPy's Philox, and its state, with nothing left over from an earlier block."""
        source = np.random.Philox(key=0)
        return np.random.Generator(source), source.state

    def __len__(self) -> int:
        return int(self.edges[-1])

    def toys(self, rows: Rows) -> Rows:
        """Which toy each row belongs to."""
        return np.searchsorted(self.edges, rows, side="right") - 1

    def events(self, rows: Rows) -> NDArray[np.int64]:
        """The number of each row in its toy."""
        toy = self.toys(rows)
        return rows - self.edges[toy] + self.start[toy]

    def at(self, slot: int, attempt: int, rows: Rows) -> tuple[Array, Array]:
        """The pairs of uniform numbers of rows, which ascend."""
        if rows[-1] - rows[0] == len(rows) - 1:
            return self._run(slot, attempt, int(rows[0]), int(rows[-1]) + 1)
        toy = self.toys(rows)
        begins = np.flatnonzero(np.diff(toy, prepend=-1))
        ends = np.append(begins[1:], len(rows))
        lengths = rows[ends - 1] + 1 - rows[begins]
        if _RUN * len(begins) + _RUN_ROW * int(lengths.sum()) > _SINGLE + _SINGLE_ROW * len(rows):
            return self._single(slot, attempt, rows, toy)
        u, v = self._filled(slot, attempt, toy[begins], rows[begins], rows[ends - 1] + 1)
        held = rows + np.repeat(np.cumsum(lengths) - lengths - rows[begins], ends - begins)
        return u[held], v[held]

    def _run(self, slot: int, attempt: int, begin: int, end: int) -> tuple[Array, Array]:
        first = int(np.searchsorted(self.edges, begin, side="right")) - 1
        last = int(np.searchsorted(self.edges, end, side="left"))
        edges = np.clip(self.edges[first : last + 1], begin, end)
        return self._filled(slot, attempt, np.arange(first, last), edges[:-1], edges[1:])

    def _filled(self, slot: int, attempt: int, toys: Rows, begins: Rows, ends: Rows) -> tuple[Array, Array]:
        """The pairs of a run of rows of each toy, one run after the other."""
        generator, state = self._runs
        source = generator.bit_generator
        words = np.empty(2 * int(np.sum(ends - begins)))
        counter = np.array([0, self._try(attempt), slot, self.channel], dtype=np.uint64)
        events = begins - self.edges[toys] + self.start[toys]
        place = 0
        for key, event, size in zip(self.key[toys], events.tolist(), (ends - begins).tolist(), strict=True):
            counter[0] = event // 2
            state["state"] = {"counter": counter, "key": key}
            source.state = state
            if event % 2:
                # The pair before is of the same block.
                source.random_raw(2, output=False)
            generator.random(out=words[place : place + 2 * size])
            place += 2 * size
        return words[::2], words[1::2]

    def _single(self, slot: int, attempt: int, rows: Rows, toy: Rows) -> tuple[Array, Array]:
        """The pairs of rows by themselves."""
        event = rows - self.edges[toy] + self.start[toy]
        words = philox(
            (1 + event // 2, self._try(attempt), slot, self.channel), (self.key[toy, 0], self.key[toy, 1])
        )
        second = event % 2 == 1
        return (
            _uniform(np.where(second, words[2], words[0])),
            _uniform(np.where(second, words[3], words[1])),
        )

    def _try(self, attempt: int) -> int:
        return attempt + (self.round << 32)


def _uniform(words: Words) -> Array:
    return np.asarray((words >> np.uint64(11)) * 2.0**-53)
