"""Numbers of a study against SciPy's and against simulation."""

from __future__ import annotations

from math import isnan, sqrt

import numpy as np
import pytest
from scipy import stats

from morefit_py.inference.toys.summary import ONE_SIGMA, TWO_SIGMA, mean_of, part_of, summary, width_of
from morefit_py.inference.toys.table import toy_table
from morefit_py.inference.toys.toy_fit import ToyFit

RNG = np.random.default_rng(1)


def test_probabilities_of_the_normal_distribution() -> None:
    assert pytest.approx(stats.norm.cdf(1) - stats.norm.cdf(-1)) == ONE_SIGMA
    assert pytest.approx(stats.norm.cdf(2) - stats.norm.cdf(-2)) == TWO_SIGMA


def test_mean_and_width() -> None:
    values = RNG.normal(3.0, 2.0, 1000)
    assert mean_of(values) == pytest.approx((np.mean(values), stats.sem(values)))
    assert width_of(values)[0] == pytest.approx(np.std(values, ddof=1))
    # For a normal distribution the width has the error width/sqrt(2 n).
    assert width_of(values)[1] == pytest.approx(2.0 / sqrt(2000), rel=0.15)


def test_the_error_of_the_width_holds_for_any_distribution() -> None:
    samples = RNG.exponential(1.0, (2000, 200))
    widths, errors = np.array([width_of(sample) for sample in samples]).T
    assert np.mean(errors) == pytest.approx(np.std(widths), rel=0.15)
    assert np.std(widths) > 1.3 / sqrt(2 * 200)


def test_parts_have_the_spread_of_the_posterior() -> None:
    for count, size in ((0, 10), (7, 10), (10, 10), (683, 1000)):
        inside = np.arange(size) < count
        assert part_of(inside) == pytest.approx((count / size, stats.beta(count + 1, size - count + 1).std()))


def test_too_few_for_an_error() -> None:
    assert isnan(mean_of(np.array([]))[0])
    assert mean_of(np.array([2.0]))[0] == 2.0
    assert isnan(mean_of(np.array([2.0]))[1])
    assert isnan(width_of(np.array([1.0, 2.0, 3.0]))[0])
    assert width_of(np.ones(5))[0] == 0.0
    assert isnan(part_of(np.array([], dtype=bool))[0])


def test_a_study_in_numbers() -> None:
    values = RNG.normal(10.0, 2.0, 400)
    fits = [
        ToyFit(i, 5, i % 100 != 0, "bad" if i % 100 == 0 else "", 0.0, 0.0, (v,), (2.0,), (-2.5,), (1.0,))
        for i, v in enumerate(values.tolist())
    ]
    found = summary(toy_table(["a"], [0], {"a": 10.0}, 1, "drawn with each toy", fits))
    (held,) = found.parameters
    good = np.delete(values, [0, 100, 200, 300])
    assert (found.toys, found.failed, found.reasons) == (400, 4, {"bad": 4})
    assert held.used == 396
    assert held.bias[0] == pytest.approx(np.mean(good) - 10.0)
    assert held.pull_width[0] == pytest.approx(np.std(good, ddof=1) / 2.0)
    assert held.mean_error == 2.0
    assert held.coverage[0] == np.mean(np.abs(good - 10.0) <= 2.0)
    assert held.coverage_2[0] == np.mean(np.abs(good - 10.0) <= 4.0)
    assert held.minos_coverage[0] == np.mean((good - 10.0 <= 2.5) & (good - 10.0 >= -1.0))
    lines = str(found).splitlines()
    assert lines[0] == "400 toys, 4 fits not valid; outcomes of constraints drawn with each toy"
    assert lines[1] == "  4 times: bad"
    assert lines[-1].split()[:3] == ["a", "10", "396"]
