"""Seeds of toys: each toy has its own, whatever the number of toys and whoever makes them."""

from __future__ import annotations

import numpy as np

# No channel has this number, so that these streams are none of a toy's events.
_OUTCOMES = 2**32 - 1


def toy_seed(seed: int, toy: int) -> int:
    """The seed of toy number `toy` of a study: `sample(model, values, seed=toy_seed(seed, toy))` draws it."""
    state = np.random.SeedSequence(seed, spawn_key=(toy,)).generate_state(4, np.uint32)
    return int.from_bytes(state.astype("<u4").tobytes(), "little")


def outcome_generator(seed: int, number: int) -> np.random.Generator:
    """The stream of a toy that draws the outcome of its constraint `number`, independent of its events."""
    key = (_OUTCOMES, number)
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(seed, spawn_key=key)))


def row_generator(seed: int) -> np.random.Generator:
    """The stream of a toy that draws the rows it is conditional on."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(seed, spawn_key=(_OUTCOMES,))))
