import numpy as np
import pytest
from scipy import stats

from morefit_py.errors import ModelError
from morefit_py.model.event_counts import EventCounts


@pytest.mark.parametrize("expected", [0.0, 1e-9, 0.3, 1.0, 25.0, 1234.5, 1e7])
def test_counts_invert_the_distribution_function(expected: float) -> None:
    edges = [0.0, 2.0**-53, 1e-12, 1.0 - 1e-12, 1.0 - 2.0**-53]
    u = np.concatenate([np.random.default_rng(1).random(300), edges])
    found = EventCounts(expected, "here").at(u)
    assert found.dtype == np.int64
    wanted = stats.poisson(expected)
    # Counts whose probability is lost in rounding may be one apart.
    slack = 1e-13 + 1e-13 * expected**0.5
    assert np.all(wanted.cdf(found) >= u - slack)
    assert np.all(wanted.cdf(found - 1) <= u + slack)


@pytest.mark.parametrize("expected", [0.7, 30.0, 4000.0])
def test_counts_of_evenly_spaced_numbers_have_the_moments(expected: float) -> None:
    found = EventCounts(expected, "here").at((np.arange(1_000_000) + 0.5) / 1e6)
    assert found.mean() == pytest.approx(expected, rel=1e-5)
    assert found.var() == pytest.approx(expected, rel=1e-4)


def test_no_toys_are_that_large() -> None:
    with pytest.raises(ModelError, match=r"here: toys of 1e\+13 events cannot be drawn"):
        EventCounts(1e13, "here")
