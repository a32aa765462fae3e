"""Toys of weighted fits: the sandwich covers, the inverse Hessian does not."""

import pytest

from tests.fit.weighted_toys import CASES, ONE_SIGMA, TRUTH, Covered, covered

TOYS = 500
# Coverages that are right may be off by so many of their binomial errors; wrong ones are by more.
ALLOWED = 3.0
CLEARLY = 5.0


@pytest.fixture(params=CASES)
def toys(request: pytest.FixtureRequest) -> Covered:
    return covered(request.param, TOYS, minos=True)


@pytest.mark.study
def test_every_toy_is_fitted(toys: Covered) -> None:
    assert toys.valid == toys.toys == TOYS


@pytest.mark.study
def test_the_sandwich_covers(toys: Covered) -> None:
    expected = dict.fromkeys(TRUTH, ONE_SIGMA)
    assert toys.within["sandwich"] == pytest.approx(expected, abs=ALLOWED * toys.error)


@pytest.mark.study
def test_minos_with_its_scaled_rise_covers(toys: Covered) -> None:
    assert toys.minos == pytest.approx(ONE_SIGMA, abs=ALLOWED * toys.error)


@pytest.mark.study
def test_the_inverse_hessian_does_not(toys: Covered) -> None:
    for name, coverage in toys.within["naive"].items():
        assert coverage < ONE_SIGMA - CLEARLY * toys.error, name


@pytest.mark.study
def test_one_factor_is_enough_only_where_weights_know_nothing_of_events() -> None:
    independent, correlated = (covered(case, TOYS, minos=True) for case in CASES[:2])
    expected = dict.fromkeys(TRUTH, ONE_SIGMA)
    assert independent.within["scaled"] == pytest.approx(expected, abs=ALLOWED * independent.error)
    assert correlated.within["scaled"]["slope"] < ONE_SIGMA - ALLOWED * correlated.error
