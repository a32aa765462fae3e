"""Seeds of toys are their own."""

from __future__ import annotations

import numpy as np

import morefit_py as mf
from morefit_py.inference.toys.seeds import outcome_generator, row_generator, toy_seed

from .models import peak


def test_seeds_differ_and_do_not_change() -> None:
    found = [toy_seed(seed, toy) for seed in range(20) for toy in range(50)]
    assert len(set(found)) == 1000
    # The seed of a toy is part of what is published with it.
    assert toy_seed(0, 0) == 269030779132393511268617936674762503185
    assert toy_seed(7, 123456) == toy_seed(7, 123456)


def test_streams_are_independent_of_events() -> None:
    seed = toy_seed(1, 2)
    events = mf.sample(peak(), seed=seed)["x"]
    streams = [outcome_generator(seed, 0), outcome_generator(seed, 1), row_generator(seed)]
    uniform = [stream.random(3).tolist() for stream in streams]
    assert len({tuple(held) for held in uniform}) == 3
    assert not np.isin(np.ravel(uniform), events / 10.0).any()
