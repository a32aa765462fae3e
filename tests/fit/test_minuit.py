from itertools import pairwise

import numpy as np
import pytest

from morefit_py.fit.minimisers.minuit import minimise
from morefit_py.fit.minimum import Settings
from morefit_py.fit.start import pose

from .problems import gauss_exp, saddle


def test_offset_is_seen_by_migrad_and_not_by_the_result():
    objective = gauss_exp(200, 200)
    plain = objective.of

    def shifted(theta):
        value, gradient, hessian = plain(theta)
        return value + 1e9, gradient, hessian

    without = minimise(pose(objective), Settings())
    withal = minimise(pose(objective.but(of=shifted)), Settings())
    assert withal.converged
    assert withal.nll == pytest.approx(without.nll + 1e9, abs=1e-3)
    assert withal.theta == pytest.approx(without.theta, rel=1e-2)


def test_start_on_a_limit_is_not_stuck():
    objective = gauss_exp(200, 200)
    start = list(objective.start)
    start[4] = objective.high[4]
    minimum = minimise(pose(objective.but(start=tuple(start))), Settings())
    reference = minimise(pose(objective), Settings())
    assert minimum.theta == pytest.approx(reference.theta, rel=1e-3)


def test_negative_curvature_at_the_start_raises_no_warning():
    minimum = minimise(pose(saddle(0.1)), Settings())
    assert np.abs(minimum.theta) == pytest.approx([1, 1], abs=1e-3)


def test_same_point_is_never_evaluated_twice_in_a_row():
    objective = gauss_exp(100, 100)
    seen = []
    plain = objective.evaluate

    class Watched(type(objective)):
        def evaluate(self, theta, order):
            seen.append((theta.tobytes(), order))
            return plain(theta, order)

    minimise(pose(Watched(objective.of, objective.start, objective.low, objective.high)), Settings())
    assert all(a[0] != b[0] or b[1] > a[1] for a, b in pairwise(seen))
