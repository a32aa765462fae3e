import numpy as np
import pytest
from scipy import stats

from morefit_py.errors import ModelError
from morefit_py.model.numbers import Numbers, first_numbers, keys

from . import plain_philox

SEEDS = [3, 2**64, 2**128 - 1, 4]
SIZES = [5, 0, 4000, 7]


def numbers(start: int = 0, round: int = 0) -> Numbers:
    """Four toys, of which the first rows of the first are not there."""
    return Numbers(keys(SEEDS), np.array([start, 0, 0, 0]), np.cumsum([0, *SIZES]), channel=2, round=round)


@pytest.mark.parametrize("start", [0, 1, 6])
@pytest.mark.parametrize("round", [0, 3])
def test_numbers_are_those_of_their_definition(start: int, round: int) -> None:
    held = numbers(start, round)
    toy_and_event = [
        (toy, event + (start if toy == 0 else 0)) for toy, size in enumerate(SIZES) for event in range(size)
    ]
    picks = [
        np.arange(len(held)),
        np.arange(2, 4010),
        np.array([0, 3, 5, 4004, 4005, 4011]),
        np.array([4011]),
        np.arange(1, len(held), 50),
    ]
    for attempt, rows in enumerate(picks):
        u, v = held.at(slot=7, attempt=attempt, rows=rows)
        for i in {*range(0, len(rows), 97), len(rows) - 1}:
            toy, event = toy_and_event[rows[i]]
            expected = plain_philox.pair(SEEDS[toy], event, 2, 7, attempt, round)
            assert (u[i], v[i]) == expected


def test_runs_and_single_rows_are_the_same_numbers() -> None:
    """Which of them is made is a matter of speed."""
    held = Numbers(keys(range(1000)), np.zeros(1000, np.int64), np.arange(1001) * 40, channel=0)
    u, v = held.at(0, 0, np.arange(40_000))
    for step in (2, 5, 50, 500):
        rows = np.arange(3, 40_000, step)
        some, other = held.at(0, 0, rows)
        np.testing.assert_array_equal(some, u[rows])
        np.testing.assert_array_equal(other, v[rows])


def test_rows_know_their_toys_and_events() -> None:
    held = numbers(start=6)
    rows = np.array([0, 4, 5, 4004, 4005])
    assert len(held) == 4012
    assert held.toys(rows).tolist() == [0, 0, 2, 2, 3]
    assert held.events(rows).tolist() == [6, 10, 0, 3999, 0]


def test_the_first_number_of_a_toy() -> None:
    found = first_numbers(keys(SEEDS), 5)
    for seed, number in zip(SEEDS, found, strict=True):
        assert number == plain_philox.uniform(plain_philox.words((0, 0, 0, 5), (seed % 2**64, seed >> 64))[0])


def test_numbers_are_uniform_and_independent() -> None:
    """Of neighbours in all directions: words, events, attempts, slots, channels, rounds and seeds."""
    size = 20_000

    def u(seed: int = 1, slot: int = 0, attempt: int = 0, channel: int = 0, round: int = 0) -> np.ndarray:
        held = Numbers(keys([seed]), np.zeros(1, np.int64), np.array([0, size]), channel, round)
        return np.stack(held.at(slot, attempt, np.arange(size)))

    first, second = u()
    assert stats.kstest(first, "uniform").pvalue > 1e-3
    assert stats.kstest(second, "uniform").pvalue > 1e-3
    others = [u(seed=0), u(seed=2), u(seed=1 + 2**64), u(slot=1), u(attempt=1), u(channel=1), u(round=1)]
    pairs = [(first, second), (first[:-1], first[1:]), *((first, other) for held in others for other in held)]
    for x, y in pairs:
        cells = np.histogram2d(x, y, bins=16, range=[[0, 1], [0, 1]])[0]
        assert stats.chisquare(cells.ravel()).pvalue > 1e-4


@pytest.mark.parametrize("seed", [-1, 2**128])
def test_seeds_beyond_128_bits(seed: int) -> None:
    with pytest.raises(ModelError, match="give a whole number from 0 to 2\\^128 - 1"):
        keys([seed])
