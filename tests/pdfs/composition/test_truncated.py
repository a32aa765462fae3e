"""Densities on parts of their range."""

import numpy as np
import pytest
from scipy import stats

import morefit_py as mf
from morefit_py.errors import DataError, ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.pdfs import Exponential, Gaussian, Product, Truncated, Uniform
from morefit_py.pdfs.composition.truncated import blinded_range, checked_ranges

X, Y = mf.Observable("x", 0.0, 10.0), mf.Observable("y", 0.0, 1.0)
MU, SLOPE = mf.Parameter("mu", 4.0, (0.0, 10.0)), mf.Parameter("slope", -0.3, (-2.0, 0.0))
SIDEBANDS = ((0.0, 3.0), (6.5, 10.0))


def value(node: object, x: float = 1.0) -> float:
    columns = {"": {"x": np.array([x])}}
    return float(np.ravel(evaluate([node], {"mu": 4.0, "slope": -0.3}, columns)[0])[0])  # type: ignore[list-item]


def test_it_is_normalised_on_its_ranges() -> None:
    normal = stats.norm(4.0, 2.0)
    inside = normal.cdf(3) - normal.cdf(0) + normal.cdf(10) - normal.cdf(6.5)
    density = Truncated(Gaussian(X, MU, 2.0), SIDEBANDS)
    assert value(density.density(), 2.0) == pytest.approx(normal.pdf(2.0) / inside, rel=1e-12)
    assert value(density.log_density(), 7.0) == pytest.approx(np.log(normal.pdf(7.0) / inside), rel=1e-12)
    assert value(density.density(), 5.0) == 0.0
    assert value(density.log_density(), 5.0) == -np.inf
    assert value(density.share()) == pytest.approx(inside / (normal.cdf(10) - normal.cdf(0)), rel=1e-12)
    parts = value(density.between(2.0, 7.0)) / value(density.integral())
    assert parts == pytest.approx((normal.cdf(3) - normal.cdf(2) + normal.cdf(7) - normal.cdf(6.5)) / inside)


def test_a_single_far_range_does_not_underflow() -> None:
    density = Truncated(Gaussian(X, MU, 0.05), ((8.0, 9.0),))
    exact = stats.norm.logpdf(8.1, 4.0, 0.05) - stats.norm.logsf(8.0, 4.0, 0.05)
    assert value(density.log_density(), 8.1) == pytest.approx(exact, rel=1e-10)


def test_a_fit_to_sidebands_predicts_the_rest() -> None:
    n = mf.Parameter("n", 9000, (0, 1e5))
    whole = Exponential(X, SLOPE)
    side = blinded_range(whole, 3.0, 6.5)
    data = mf.sample(n * whole, seed=4)
    kept = (data["x"] <= 3.0) | (data["x"] >= 6.5)
    fit = mf.compile((n * side.share()) * side, {"x": data["x"][kept]}).minimise()
    assert fit.valid
    assert abs(fit.values["slope"] + 0.3) < 4 * fit.errors["slope"]
    assert abs(fit.values["n"] - 9000) < 4 * fit.errors["n"]


def test_events_outside_are_an_error() -> None:
    with pytest.raises(DataError, match=r"1 of 3 events .*outside the ranges.*row 1: x = 5"):
        mf.compile(Truncated(Uniform(X), SIDEBANDS), {"x": [1.0, 5.0, 7.0]})
    both = Product((Truncated(Uniform(X), SIDEBANDS), Uniform(Y)))
    with pytest.raises(DataError, match=r"row 0: x = 4, y = 0\.5"):
        mf.compile(both, {"x": [4.0], "y": [0.5]})


def test_toys_stay_inside() -> None:
    toy = mf.sample(Truncated(Exponential(X, SLOPE), SIDEBANDS), seed=1, size=4000)
    assert not np.any((toy["x"] > 3.0) & (toy["x"] < 6.5))


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        ((), "no ranges are given"),
        (((1.0,),), "is no pair"),
        (((2.0, 1.0),), r"the range \[2, 1\] is not low < high"),
        (((-1.0, 1.0),), r"leaves the bounds \[0, 10\] of 'x'"),
        (((0.0, 2.0), (1.0, 3.0)), "two ranges overlap, one ends at 2, the next begins at 1"),
    ],
)
def test_ranges_that_are_none(ranges: tuple[tuple[float, float], ...], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        Truncated(Uniform(X), ranges)


def test_ranges_are_sorted() -> None:
    assert checked_ranges("here", [[5, 6], [1, 2]], X) == ((1.0, 2.0), (5.0, 6.0))
    with pytest.raises(ModelError, match="truncate the factors of a product"):
        Truncated(Product((Uniform(X), Uniform(Y))), ((0.0, 1.0),))
    with pytest.raises(ModelError, match=r"blinded range: \[3, 3\] is not low < high"):
        blinded_range(Uniform(X), 3.0, 3.0)
    assert blinded_range(Uniform(X), -5.0, 2.0).ranges == ((2.0, 10.0),)
