"""Plans of densities: which parts draw them, and that their events follow."""

import numpy as np
import pytest
from scipy import stats

from morefit_py.errors import ModelError
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.model.choosing import Choosing, Exceeded
from morefit_py.model.drawing import Drawer
from morefit_py.pdfs import Accepted, Exponential, Formula, Gaussian, Product, Uniform, fractions
from morefit_py.pdfs.density import Density

from .drawn import drawn

X, Y, S = Observable("x", 0.0, 10.0), Observable("y", 0.0, 1.0), Observable("s", 0.2, 2.0)


def events(density: Density, size: int, names: str = "x", **given: np.ndarray) -> dict[str, np.ndarray]:
    part = Drawer({}).plan([(1.0, density, "here")], list(given))
    columns, exceeded = drawn(part, size, names, given=given)
    assert not exceeded
    return columns


def test_sums_choose_a_part_for_every_event() -> None:
    mixed = fractions([Gaussian(X, 2.0, 0.1), Gaussian(X, 8.0, 0.1)], 0.3)
    x = events(mixed, 4000)["x"]
    assert np.mean(x < 5.0) == pytest.approx(0.3, abs=4 * np.sqrt(0.21 / 4000))
    # Not one part after the other.
    assert 0.2 < np.mean(x[:1000] < 5.0) < 0.4


def test_sums_of_sums() -> None:
    inner = fractions([Gaussian(X, 2.0, 0.1), Gaussian(X, 5.0, 0.1)], 0.25)
    x = events(fractions([inner, Gaussian(X, 8.0, 0.1)], 0.4), 10_000)["x"]
    counts = np.histogram(x, [0.0, 3.5, 6.5, 10.0])[0]
    assert stats.chisquare(counts, [1000, 3000, 6000]).pvalue > 1e-3


def test_sums_by_weight_leave_out_what_has_none() -> None:
    values = {"mean": 5.0}
    peak = Gaussian(X, Parameter("mean", 1.0), 0.1)
    plan = Drawer(values).plan(
        [(0.0, Formula(X - 5.0), "bad"), (3.0, peak, "peak"), (7.0, Uniform(X), "flat")]
    )
    assert isinstance(plan, Choosing)
    assert len(plan.leaves) == 2
    x = drawn(plan, 20_000, "x")[0]["x"]
    expected = 0.3 + 0.7 * 0.1
    assert np.mean(np.abs(x - 5.0) < 0.5) == pytest.approx(expected, abs=4 * np.sqrt(0.25 / 20_000))


def test_products_draw_factor_by_factor() -> None:
    held = events(Product((Exponential(X, -0.5), Formula(Y**2))), 5000, "xy")
    assert stats.kstest(held["y"], lambda y: y**3).pvalue > 1e-3
    assert stats.kstest(held["x"], stats.truncexpon(5.0, scale=2.0).cdf).pvalue > 1e-3
    assert abs(np.corrcoef(held["x"], held["y"])[0, 1]) < 4 / np.sqrt(5000)


def test_factors_that_are_conditional_come_last() -> None:
    """x is within s of 5, and s is small or large."""
    widths = fractions([Gaussian(S, 0.3, 0.01), Gaussian(S, 1.5, 0.01)], 0.6)
    held = events(Product((Gaussian(X, 5.0, S), widths)), 8000, "xs")
    for centre, share in ((0.3, 0.6), (1.5, 0.4)):
        near = np.abs(held["s"] - centre) < 0.1
        assert np.mean(near) == pytest.approx(share, abs=4 * np.sqrt(0.24 / 8000))
        assert held["x"][near].std() == pytest.approx(centre, rel=0.06)


def test_sums_of_products_and_planes() -> None:
    plane = Formula(X * Y)
    both = fractions([Product((Gaussian(X, 2.0, 0.1), Uniform(Y))), plane], 0.5)
    held = events(both, 8000, "xy")
    peak = np.abs(held["x"] - 2.0) < 0.5
    inside = 0.5 + 0.5 * (2.5**2 - 1.5**2) / 100
    assert np.mean(peak) == pytest.approx(inside, abs=4 * np.sqrt(0.25 / 8000))
    assert stats.kstest(held["y"][held["x"] > 4.0], lambda y: y**2).pvalue > 1e-3


@pytest.mark.parametrize("closed", [True, False])
def test_conditional_densities_row_by_row(closed: bool) -> None:
    """With a closed integral by inverting it, else by accepting and rejecting."""
    density = Gaussian(X, 5.0, S) if closed else Accepted(Gaussian(X, 5.0, S), 1.0 + 0.0 * X * S)
    s = np.linspace(0.2, 2.0, 6000)
    x = events(density, len(s), s=s)["x"]
    cut = stats.truncnorm(-5.0 / s, 5.0 / s, 5.0, s)
    assert stats.kstest(cut.cdf(x), stats.uniform.cdf).pvalue > 1e-3
    assert stats.kstest(cut.cdf(x)[:1000], stats.uniform.cdf).pvalue > 1e-3


def test_what_is_conditional_needs_its_rows() -> None:
    with pytest.raises(ModelError, match="here is conditional on 's'; give its values, as `given`"):
        Drawer({}).plan([(1.0, Gaussian(X, 5.0, S), "here")])


def test_raised_envelopes_are_those_of_another_drawer() -> None:
    peak = Gaussian(X, 5.0, 1.0)
    drawer = Drawer({})
    plan = drawer.plan([(1.0, peak, "here")])
    assert isinstance(plan, Choosing)
    higher = drawer.raised([Exceeded(peak, np.array([3]), np.array([7]), np.array([2.0]))])
    raised = higher.plan([(1.0, peak, "here")])
    assert isinstance(raised, Choosing)
    assert raised.top.max() == 2.4
    assert plan.top.max() < 0.5
    again = drawer.plan([(1.0, peak, "here")])
    assert isinstance(again, Choosing)
    np.testing.assert_array_equal(again.top, plan.top)
