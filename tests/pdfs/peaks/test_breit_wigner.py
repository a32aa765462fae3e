import mpmath as mp
import numpy as np
import pytest
from scipy.stats import cauchy

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import BreitWigner

X = Observable("mass", 5000.0, 6000.0)
ROWS = np.array([5000.5, 5253.9, 5270.0, 5400.0, 5999.0])


@pytest.mark.parametrize(
    "values",
    [(5280, 20), (5280, 1e-3), (4000, 20), (1000, 1e-6), (5280, 1e5), (5280, 1e9), (5000, 1), (6000, 1e-3)],
)
def test_log_density_in_many_digits(values: tuple[float, ...]) -> None:
    found = evaluate([BreitWigner(X, *map(float, values)).log_density()], {}, {"": {"mass": ROWS}})[0]
    with mp.workdps(50):
        mean, half = mp.mpf(values[0]), mp.mpf(values[1]) / 2
        total = (mp.atan((6000 - mean) / half) - mp.atan((5000 - mean) / half)) / half
        exact = [float(-mp.log(((mp.mpf(float(x)) - mean) ** 2 + half**2) * total)) for x in ROWS]
    np.testing.assert_allclose(found, exact, rtol=1e-13, atol=1e-14)


def test_agrees_with_scipy() -> None:
    found = evaluate([BreitWigner(X, 5280.0, 20.0).density()], {}, {"": {"mass": ROWS}})[0]
    scaled = cauchy(5280.0, 10.0)
    np.testing.assert_allclose(
        found, scaled.pdf(ROWS) / (scaled.cdf(6000.0) - scaled.cdf(5000.0)), rtol=1e-12
    )


def test_a_bin_far_from_the_peak_keeps_its_digits() -> None:
    low, high = 5999.0, 5999.0 + 2.0**-20
    found = evaluate([BreitWigner(X, 5000.0, 1e-3).between(low, high)], {})[0]
    with mp.workdps(50):
        half = mp.mpf(1e-3) / 2
        exact = half * (mp.atan((mp.mpf(high) - 5000) / half) - mp.atan((mp.mpf(low) - 5000) / half))
    assert found == pytest.approx(float(exact), rel=1e-14)


def test_a_width_must_be_positive() -> None:
    with pytest.raises(ModelError, match="breit_wigner: width is 0 at the start; it must be > 0"):
        BreitWigner(X, 5280.0, 0.0)
