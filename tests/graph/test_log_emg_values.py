"""The exponentially modified Gaussian of NumPy against mpmath, from no tail to almost nothing else."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest

from morefit_py.graph.log_emg import ORDERS
from morefit_py.graph.log_emg_values import log_emg
from tests import tails

PLACES = range(len(ORDERS))


@pytest.mark.parametrize("place", PLACES)
def test_it_is_exact(place: int) -> None:
    with np.errstate(all="ignore"):
        found = log_emg(tails.U, tails.KAPPA, place)
    assert tails.error(found, place) < (1e-15, 3e-14, 3e-14, 1e-14, 3e-14, 4e-13)[place]


def test_the_yardstick_is_the_convolution() -> None:
    u, kappa = mp.mpf(0.8), mp.mpf(1.7)
    with mp.workdps(40):

        def density(u: mp.mpf, kappa: mp.mpf) -> mp.mpf:
            return mp.log(mp.quad(lambda s: mp.exp(-s) * mp.npdf(u - kappa * s), [0, 1, 4, 20, 120]))

        for place, order in enumerate(ORDERS[:5]):
            wanted = mp.diff(density, (u, kappa), order) if place else density(u, kappa)
            assert abs(tails.log_emg(u, kappa, place) - wanted) < mp.mpf(10) ** -12


def test_edges() -> None:
    with np.errstate(all="ignore"):
        for place in PLACES:
            assert math.isnan(log_emg(math.nan, 1.0, place))
            assert math.isnan(log_emg(1.0, math.nan, place))
        assert log_emg(math.inf, 1.0, 0) == log_emg(-math.inf, 1.0, 0) == -math.inf
        assert log_emg(math.inf, 1.0, 1) == -1.0


def test_numbers_and_arrays_are_taken_together() -> None:
    found = log_emg(np.array([-0.5, 1.5]), 0.25, 1)
    assert found.shape == (2,)
    assert found[1] == log_emg(1.5, 0.25, 1)
